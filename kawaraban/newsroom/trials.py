"""Ending an article's headline test by hand."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from kawaraban.headlines import trials
from kawaraban.headlines.models import HeadlineTest
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.trial_panel import state_of


class Ending(forms.Form):
    """Which wording is to stay."""

    wording = forms.TypedChoiceField(label=_("This one stays"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, test: HeadlineTest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["wording"].choices = list(enumerate(test.headlines))  # type: ignore[attr-defined]


def end(request: HttpRequest, article_id: int) -> HttpResponse:
    """Asks which wording stays, and ends the article's running test with it."""
    article = get_object_or_404(Article, pk=article_id)
    if not article.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    edit = reverse("wagtailadmin_pages:edit", args=[article_id])
    test = HeadlineTest.objects.filter(story_id=article_id, state=HeadlineTest.State.RUNNING).first()
    if test is None:
        messages.warning(request, gettext("This test has ended already."))
        return HttpResponseRedirect(edit)
    form = Ending(test, request.POST or None)
    if request.method == "POST" and form.is_valid():
        trials.choose(test, form.cleaned_data["wording"])
        messages.success(request, gettext("The test has ended; readers get the headline you chose."))
        return HttpResponseRedirect(edit)
    told = {"form": form, "article": article, "state": state_of(article_id), "edit": edit}
    return render(request, "newsroom/end_headline_test.html", told)


addresses = [path("headline-tests/<int:article_id>/end/", end, name="newsroom_end_headline_test")]
