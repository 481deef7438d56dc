"""Ending an article's headline test by hand."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from kawaraban.headlines import trials
from kawaraban.headlines.models import HeadlineTest
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.trial_panel import pictures_of, state_of


class Ending(forms.Form):
    """Which wording is to stay."""

    wording = forms.TypedChoiceField(label=_("This one stays"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, test: HeadlineTest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        told = zip(test.headlines, pictures_of(test), strict=True)
        labels = (
            render_to_string("newsroom/wording.html", {"headline": headline, "picture": picture})
            for headline, picture in told
        )
        self.fields["wording"].choices = list(enumerate(labels))  # type: ignore[attr-defined]


def end(request: HttpRequest, article_id: int) -> HttpResponse:
    """Asks which wording stays, and ends the article's running test with it."""
    article = get_object_or_404(Article, pk=article_id)
    if not article.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    edit = reverse("wagtailadmin_pages:edit", args=[article_id])
    test = HeadlineTest.objects.filter(story_id=article_id, state=HeadlineTest.State.RUNNING).first()
    if test is None or request.POST.get("test", str(test.pk)) != str(test.pk):
        messages.warning(request, gettext("This test has ended already."))
        return HttpResponseRedirect(edit)
    form = Ending(test, request.POST or None)
    if request.method == "POST" and form.is_valid():
        trials.choose(test, form.cleaned_data["wording"])
        messages.success(request, gettext("The test has ended; readers get the headline you chose."))
        return HttpResponseRedirect(edit)
    told = {"form": form, "test": test, "article": article, "state": state_of(article_id), "edit": edit}
    return render(request, "newsroom/end_headline_test.html", told)


addresses = [path("headline-tests/<int:article_id>/end/", end, name="newsroom_end_headline_test")]
