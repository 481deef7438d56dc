"""The article's form: what the whole of it must be, beyond each field's own rules."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from kawaraban.newsroom import photos


class ArticleForm(WagtailAdminPageForm):
    """Drafts may be saved with anything; what an editor publishes or schedules may not."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        photo = cleaned.get("lead_photo")
        if photo and not self.is_deferred_validation and (complaint := photos.complaint(photo)):
            self.add_error("lead_photo", complaint)
        section = cleaned.get("section")
        if section and section in cleaned.get("other_sections", ()):
            self.add_error("other_sections", _("The main section is not one of the others."))
        return cleaned
