"""What could not come along, in words for editors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kawaraban.intake.sources.markup import LeftOut


@dataclass(frozen=True)
class Attachment:
    """A file of the site. `post` is the number of the post it was uploaded to."""

    address: str
    caption: str
    post: str = ""


def notes(
    left_out: Iterable[LeftOut], attachments: Mapping[str, Attachment], post: str, lead: str = ""
) -> list[str]:
    """One note for each kind of thing. `lead` is the number of the post's lead picture, "" for none."""
    shown: dict[str, list[str]] = {"picture": [], "shortcode": [], "struck": [], "link": []}
    if lead in attachments:
        shown["picture"].append(_pair(attachments[lead].address, attachments[lead].caption))
    for one in left_out:
        if one.what == "gallery":
            shown["picture"] += _gallery(one.caption, attachments, post)
        else:
            shown[one.what].append(_pair(one.address, one.caption))
    said = {
        "picture": _("Pictures left out, since their credit and licence are not known: %(list)s"),
        "shortcode": _("Parts left out that only the old site could show: %(list)s"),
        "struck": _("Words that were struck out there stand as any others: %(list)s"),
        "link": _("Links left out where the words stay: %(list)s"),
    }
    listed = {what: "; ".join(dict.fromkeys(filter(None, shown[what]))) for what in said}
    return [said[what] % {"list": listed[what]} for what in said if listed[what]]


def _gallery(numbers: str, attachments: Mapping[str, Attachment], post: str) -> list[str]:
    wanted = [one.strip() for one in numbers.split(",") if one.strip()]
    if wanted:
        found = [attachments.get(one, Attachment("", f"#{one}")) for one in wanted]
    else:
        found = [one for one in attachments.values() if one.post == post]
    return [_pair(one.address, one.caption) for one in found]


def _pair(address: str, caption: str) -> str:
    return f"{address} ({caption})" if address and caption else address or caption
