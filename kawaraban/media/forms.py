"""The form with which a photo comes in, in Wagtail and from code."""

from typing import Any

from wagtail.images.forms import BaseImageForm

from kawaraban.media.credits import read_from
from kawaraban.media.originals import refuse_unreadable


class PhotoForm(BaseImageForm):
    """Refuses what cannot be decoded; fills empty fields with what a new file tells about itself."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            refuse_unreadable(file)
        return file

    def save(self, commit: bool = True) -> Any:
        if "file" in self.changed_data:
            self._fill_in()
        return super().save(commit)

    def _fill_in(self) -> None:
        told = read_from(self.instance.file)
        for name in ("caption", "credit", "licence"):
            if not getattr(self.instance, name):
                most = self.instance._meta.get_field(name).max_length
                setattr(self.instance, name, getattr(told, name)[:most])
