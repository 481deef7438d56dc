"""What a body can be made of. Each block has one element in `stories.elements` that readers get."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

from kawaraban.newsroom import photos

# What an editor may do inside a sentence. Everything else is a block of its own.
IN_A_SENTENCE = ["bold", "italic", "link"]


class PhotoChooser(ImageChooserBlock):
    """A photo. Drafts take any; what is published takes only one that says whose it is."""

    def clean(self, value: Any) -> Any:
        photo = super().clean(value)
        if photo is not None and not self.is_deferred_validation:
            complaint = photos.complaint(photo)
            if complaint:
                raise ValidationError(complaint, code="incomplete")
        return photo

    class Meta:
        icon = "image"
        label = _("Photo")


class Quotation(blocks.StructBlock):
    text = blocks.TextBlock(label=_("What was said"), max_length=1000)
    speaker = blocks.CharBlock(label=_("Who said it"), max_length=120, required=False)
    source = blocks.CharBlock(label=_("Where it was said"), max_length=200, required=False)
    source_url = blocks.URLBlock(label=_("Address of the source"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")


class ListOfItems(blocks.StructBlock):
    numbered = blocks.BooleanBlock(label=_("Numbered"), required=False)
    items = blocks.ListBlock(blocks.RichTextBlock(features=IN_A_SENTENCE, label=_("Item")), label=_("Items"))

    class Meta:
        icon = "list-ul"
        label = _("List")


class LinkCard(blocks.StructBlock):
    """Something on another site, shown as a card of our own: no script or picture of theirs."""

    url = blocks.URLBlock(label=_("Address"))
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    site = blocks.CharBlock(label=_("Site"), max_length=100, required=False)
    description = blocks.TextBlock(label=_("Description"), max_length=400, required=False)

    class Meta:
        icon = "link-external"
        label = _("Link card")


class ArticleChooser(blocks.PageChooserBlock):
    """Another article. Named late, for articles are made of these blocks."""

    @cached_property
    def target_model(self) -> Any:
        from kawaraban.newsroom.articles import Article

        return Article

    class Meta:
        icon = "doc-full"
        label = _("Related story")


class Body(blocks.StreamBlock):
    """A story's body."""

    paragraph = blocks.RichTextBlock(features=IN_A_SENTENCE, label=_("Paragraph"), icon="pilcrow")
    subheading = blocks.CharBlock(label=_("Subheading"), max_length=120, icon="title")
    list = ListOfItems()
    quotation = Quotation()
    photo = PhotoChooser()
    gallery = blocks.ListBlock(PhotoChooser(), label=_("Gallery"), icon="image", min_num=2)
    table = TypedTableBlock(
        [("text", blocks.CharBlock(label=_("Text"), required=False))], label=_("Table"), icon="table"
    )
    link_card = LinkCard()
    related_story = ArticleChooser()
