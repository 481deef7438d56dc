"""The form with which a photo comes in, in Wagtail and from code."""

from typing import Any

from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from kawaraban.media.credits import read_from
from kawaraban.media.originals import refuse_unreadable


class UploadField(WagtailImageField):
    """Wagtail's field, for files that can be decoded; it fails with an exception on others."""

    def to_python(self, data: Any) -> Any:
        if data:
            refuse_unreadable(data)
        return super().to_python(data)


class PhotoForm(BaseImageForm):
    """Refuses what cannot be decoded; fills empty fields with what a new file tells about itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail chooses the field's class by its name, and leaves it out where no file is asked for.
        if given := self.fields.get("file"):
            self.fields["file"] = UploadField(label=given.label, required=given.required, widget=given.widget)

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
