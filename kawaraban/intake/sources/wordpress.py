"""WordPress exports: Tools → Export writes a WXR file; every post in it becomes a story."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree.ElementTree import Element

from django.utils.text import slugify
from django.utils.translation import gettext as _

from kawaraban.intake.incoming import IncomingPerson, IncomingStory, Label, NoStory, Unreadable
from kawaraban.intake.sources import remarks, wxr, wxr_comments
from kawaraban.intake.sources.markup import elements_of, lines_of, text_of
from kawaraban.intake.sources.wxr_times import Times
from kawaraban.kit.text import first_characters, one_line

HEADLINE, DEK, SECTION, TOPIC, PERSON, ORIGIN, ADDRESS = 200, 400, 40, 60, 100, 200, 400
_KINDS = {"nav_menu_item": "menu item", "wp_block": "reusable block"}
_NO_STORIES = {"trash": "trash", "auto-draft": "automatic draft", "inherit": "revision"}
_REUSED = re.compile(r'<!-- wp:(?:core/)?block \{[^>]*?"ref":(\d+)[^>]*?/-->')


@dataclass
class _Known:
    """What the first reading learns for the second."""

    base: str = ""
    version: str = ""
    items: int = 0
    names: dict[str, str] = field(default_factory=dict)  # login -> display name
    attachments: dict[str, remarks.Attachment] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)  # number -> HTML used in many posts
    times: Times = field(default_factory=Times)


@dataclass(frozen=True)
class WordPress:
    """An export that was read to its end and found sound."""

    file: Path
    total: int
    _known: _Known
    kind: str = "wordpress"

    def items(self) -> Iterator[IncomingStory | NoStory]:
        """The items in the file's order."""
        for part in wxr.parts(self.file):
            if wxr.name(part) == "item":
                yield _item(part, self._known)


def open_file(path: Path) -> WordPress:
    """The export in this file. Raises Unreadable, with one line, if it is none or is not whole."""
    known = _Known()
    link = ""
    try:
        for part in wxr.parts(path):
            kind = wxr.name(part)
            if kind == "item":
                known.items += 1
                _learn(part, known)
            elif kind == "author":
                login = wxr.text(part, "author_login")
                known.names[login] = one_line(wxr.text(part, "author_display_name"))
            elif kind == "wxr_version":
                known.version = (part.text or "").strip()
            elif kind == "base_blog_url":
                known.base = (part.text or "").strip()
            elif kind == "link":
                link = link or (part.text or "").strip()
    except OSError as why:
        raise Unreadable(f"{path.name}: {why.strerror or why}") from why
    if not known.version:
        raise Unreadable(f"{path.name}: it is XML, but no WordPress export (it names no version of WXR)")
    known.base = known.base or link
    return WordPress(path, known.items, known)


def _learn(item: Element, known: _Known) -> None:
    number, kind = wxr.text(item, "post_id"), wxr.text(item, "post_type")
    known.times.learn(wxr.text(item, "post_date"), wxr.text(item, "post_date_gmt"))
    if kind == "attachment":
        known.attachments[number] = remarks.Attachment(
            address=wxr.text(item, "attachment_url"),
            caption=one_line(text_of(_encoded(item, "excerpt"))) or one_line(wxr.text(item, "title")),
            post=wxr.text(item, "post_parent"),
        )
    elif kind == "wp_block":
        known.blocks[number] = _encoded(item, "content")


def _encoded(item: Element, which: str) -> str:
    # content:encoded and excerpt:encoded differ by their namespaces alone.
    return next((one.text or "" for one in item if one.tag.endswith(f"{which}/}}encoded")), "")


def _item(item: Element, known: _Known) -> IncomingStory | NoStory:
    kind, status = wxr.text(item, "post_type"), wxr.text(item, "status")
    if kind != "post":
        return NoStory(_KINDS.get(kind, kind.replace("_", " ") or "nameless item"))
    if status in _NO_STORIES:
        return NoStory(_NO_STORIES[status])
    # Exports put together by hand leave numbers out.
    number = wxr.text(item, "post_id") or unquote(wxr.text(item, "post_name")) or wxr.text(item, "guid")
    return _story(item, number, status, known) if number else NoStory("post without a number")


def _story(item: Element, number: str, status: str, known: _Known) -> IncomingStory:
    link = wxr.text(item, "link")
    content = _REUSED.sub(lambda found: known.blocks.get(found[1], found[0]), _encoded(item, "content"))
    body = elements_of(content, link or known.base)
    words = one_line(" ".join(map(lines_of, body.elements)))
    headline, about_headline = _headline(wxr.text(item, "title"), words)
    dek, about_dek = _dek(_encoded(item, "excerpt"))
    published, updated = known.times.of(item)
    locked = bool(wxr.text(item, "post_password"))
    read = status in {"publish", "private"}
    origin = f"wordpress:{_place(known.base)}"
    return IncomingStory(
        origin=f"{origin}:{number}"[:ORIGIN],
        headline=headline,
        body=body.elements,
        public=status == "publish" and not locked,
        slug=slugify(unquote(wxr.text(item, "post_name")), allow_unicode=True),
        dek=dek,
        by=_by(wxr.text(item, "creator"), known.names),
        sections=_labels(item, {"category"}, SECTION, 60),
        topics=_labels(item, {"post_tag", "tag"}, TOPIC, 80),
        published_at=published if read else None,
        updated_at=updated if read else None,
        comments_open=wxr.text(item, "comment_status") == "open",
        comments=wxr_comments.comments(item, origin, known.times, published),
        former_addresses=_former_addresses(item, number, link, known.base),
        notes=(
            *_about_state(status, locked, published),
            *about_headline,
            *about_dek,
            *remarks.notes(body.left_out, known.attachments, number, _lead(item)),
            *_about_blocks(content),
        ),
    )


def _place(base: str) -> str:
    # Sites of one network share a host and number their posts each from one.
    parts = urlsplit(base)
    return f"{parts.hostname or ''}{parts.path.rstrip('/')}"[: ORIGIN // 2]


def _cut(text: str, most: int) -> str:
    short = first_characters(text, most - 1)
    return short if len(short) <= most else text[: most - 1] + "…"


def _headline(title: str, words: str) -> tuple[str, list[str]]:
    whole = one_line(text_of(title))
    if not whole:
        made = _cut(words, 41) or _("Without a headline")
        return made, [_("It had no headline; this one is how it begins.")]
    if len(whole) > HEADLINE:
        return _cut(whole, HEADLINE), [_("The headline was cut. It was: %(headline)s") % {"headline": whole}]
    return whole, []


def _dek(excerpt: str) -> tuple[str, list[str]]:
    whole = one_line(text_of(excerpt))
    if len(whole) > DEK:
        return _cut(whole, DEK), [_("The excerpt was cut. It was: %(excerpt)s") % {"excerpt": whole}]
    return whole, []


def _by(login: str, names: dict[str, str]) -> tuple[IncomingPerson, ...]:
    # Some sign in with their e-mail address, which readers were never shown.
    shown, known_as = (one.partition("@")[0] for one in (names.get(login) or login, login))
    name = _cut(one_line(shown), PERSON)
    slug = slugify(name if "@" in login else known_as, allow_unicode=True)
    return (IncomingPerson(name, slug[:PERSON]),) if name else ()


def _labels(item: Element, domains: set[str], longest: int, longest_slug: int) -> tuple[Label, ...]:
    labels: dict[str, Label] = {}
    for one in item:
        if wxr.name(one) == "category" and one.get("domain") in domains:
            name = _cut(one_line(text_of(one.text or "")), longest)
            slug = slugify(unquote(one.get("nicename") or ""), allow_unicode=True)[:longest_slug].strip("-")
            if name:
                labels.setdefault(name, Label(name, slug))
    return tuple(labels.values())


def _meta(item: Element, key: str) -> list[str]:
    metas = [one for one in item if wxr.name(one) == "postmeta" and wxr.text(one, "meta_key") == key]
    return [value for one in metas if (value := wxr.text(one, "meta_value"))]


def _lead(item: Element) -> str:
    return next(iter(_meta(item, "_thumbnail_id")), "")


def _former_addresses(item: Element, number: str, link: str, base: str) -> tuple[str, ...]:
    home = urlsplit(base)
    found = [_path(link)]
    if number.isdecimal():
        found.append(f"{unquote(home.path.rstrip('/'))}/?p={number}")
    guid = wxr.text(item, "guid")
    if urlsplit(guid).hostname == home.hostname and "p" in parse_qs(urlsplit(guid).query):
        found.append(_path(guid))
    now = unquote(wxr.text(item, "post_name"))
    before, slug, after = found[0].rpartition(now) if now else ("", "", "")
    if slug and before.endswith("/"):
        found += [f"{before}{unquote(former)}{after}" for former in _meta(item, "_wp_old_slug")]
    return tuple(dict.fromkeys(one for one in found if one.strip("/") and len(one) <= ADDRESS))


def _path(address: str) -> str:
    parts = urlsplit(address)
    return unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")


def _about_state(status: str, locked: bool, published: dt.datetime | None) -> list[str]:
    notes = []
    if locked:
        notes.append(_("Readers needed a password for it."))
    if status == "future" and published:
        when = {"time": published.strftime("%Y-%m-%d %H:%M UTC")}
        notes.append(_("It was to be published at %(time)s.") % when)
    elif status == "private":
        notes.append(_("It was private: only the site's own people could read it."))
    elif status not in {"publish", "draft", "pending", "future"}:
        notes.append(_("Its state there was “%(state)s”.") % {"state": status})
    return notes


def _about_blocks(content: str) -> list[str]:
    numbers = ", ".join(dict.fromkeys(_REUSED.findall(content)))
    return (
        [_("Reusable blocks that the export does not hold: %(numbers)s") % {"numbers": numbers}]
        if numbers
        else []
    )
