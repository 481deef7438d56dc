"""Photos, with the four things every one of them must say: what is seen, told, whose, on what terms."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)

from kawaraban.kit.shown import Shown
from kawaraban.media.originals import size_as_seen
from kawaraban.media.prints import Print


class OriginalFile(WagtailImageFieldFile):
    """A photo's file, whose width and height are those people see, not those the sensor had."""

    def get_image_dimensions(self) -> tuple[int, int]:
        was_closed = self.closed
        self.open()
        try:
            return size_as_seen(self)
        finally:
            if was_closed:
                self.close()
            else:
                self.seek(0)


class OriginalField(WagtailImageField):
    attr_class = OriginalFile


class Photo(AbstractImage):
    """A photo or drawing. Without credit and licence no story can be published with it."""

    file = OriginalField(
        verbose_name=_("file"), upload_to=get_upload_to, width_field="width", height_field="height"
    )
    alt_text = models.CharField(
        _("alt text"),
        max_length=300,
        blank=True,
        help_text=_("What is seen, for those who don't see it. Not the caption again."),
    )
    caption = models.CharField(
        _("caption"), max_length=300, blank=True, help_text=_("What the picture tells.")
    )
    credit = models.CharField(
        _("credit"), max_length=150, blank=True, help_text=_("Whose it is, as it is to be named.")
    )
    licence = models.CharField(
        _("licence"), max_length=150, blank=True, help_text=_("On what terms we may show it.")
    )

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "alt_text",
        "caption",
        "credit",
        "licence",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    # The address of each of its files changes with these.
    SHOWN = Shown(
        where_named=(
            *("file", "alt_text", "caption", "credit", "licence"),
            *("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"),
        )
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    @property
    def default_alt_text(self) -> str:
        return self.alt_text

    def clean_filter_for_svg(self, filter: Filter) -> Filter:
        # Every filter asked of a photo, by us or by Wagtail's own pages, passes here: so each
        # rendition is looked up by what is printed into it.
        return Print(super().clean_filter_for_svg(filter).spec)

    def generate_rendition_file(self, filter: Filter, *, source: Any = None) -> Any:
        return super().generate_rendition_file(Print(filter.spec), source=source)


class PhotoRendition(AbstractRendition):
    """A photo at one size and in one format, as readers get it."""

    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter"
            )
        ]
