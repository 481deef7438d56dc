"""WordPress's shortcodes, `[gallery ids="1,2"]`, made into tags that the walk over the page knows."""

import html
import re

# Tags of our own, which mean nothing anywhere else.
GALLERY, LEFT_OUT = "kw-gallery", "kw-left-out"

# Known ones are shortcodes wherever they stand.
_PICTURES = {"gallery"}
_CAPTIONS = {"caption", "wp_caption"}
_PLAYERS = {"audio", "video", "embed", "youtube", "vimeo", "wpvideo", "videopress", "soundcloud", "playlist"}
_PLAYER_PAGES = {
    "youtube": "https://www.youtube.com/watch?v=",
    "vimeo": "https://vimeo.com/",
    "wpvideo": "https://videopress.com/v/",
    "videopress": "https://videopress.com/v/",
}
_OURS_TO_KEEP = re.compile(
    r"(<!--.*?-->|<(?:pre|code|script|style|textarea)\b.*?</(?:pre|code|script|style|textarea)\s*>|<[a-zA-Z/!?][^>]*>)",
    re.DOTALL | re.IGNORECASE,
)
_SHORTCODE = re.compile(r"(\[?)\[(/?)([a-zA-Z][\w-]{0,59})(?![\w-])([^\[\]]*)\](\]?)")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))|"([^"]*)"|([^\s"']+)""")
_BLOCK_EDGE = re.compile(
    r"(?:^|\n|<(?!/?(?:a|b|strong|i|em|span|code|sup|sub)\b)[^>]*>)[ \t]*$", re.IGNORECASE
)


def marked(markup: str) -> str:
    """The HTML with tags in place of its shortcodes; brackets that are none stay as they are.

    A word in brackets is a shortcode if WordPress itself brings it along, if it is closed again
    (`[box]…[/box]`), or if it has attributes and begins a line or block. What stands inside `<pre>`
    and `<code>` is shown to readers, so it stays; so does `[[name]]`, WordPress's way to show one.
    """
    if "[" not in markup:
        return markup
    pieces = _OURS_TO_KEEP.split(markup)
    found = [one for piece in pieces[::2] for one in _SHORTCODE.finditer(piece)]
    closed = {one[3].lower() for one in found if one[2] == "/"}
    opened = {one[3].lower() for one in found if one[2] != "/"}
    before = ""
    for place, piece in enumerate(pieces):
        if place % 2:
            before = piece
            continue

        def replaced(one: re.Match[str], before: str = before, piece: str = piece) -> str:
            at_edge = bool(_BLOCK_EDGE.search(before + piece[max(0, one.start() - 200) : one.start()]))
            return _replaced(one, one[3].lower() in closed & opened, at_edge)

        pieces[place] = _SHORTCODE.sub(replaced, piece)
    return "".join(pieces)


def _replaced(found: re.Match[str], pair: bool, at_edge: bool) -> str:
    doubled, slash, name, raw, doubled_after = found.groups()
    if doubled and doubled_after:
        return found[0][1:-1]
    name = name.lower()
    known = name in _PICTURES | _CAPTIONS | _PLAYERS
    if not (known or pair or (not slash and at_edge and re.match(r"\s+[\w-]+\s*=", raw))):
        return found[0]
    if slash:
        made = _closing(name) if pair else ""
    else:
        made = _opening(name, raw, pair and not raw.rstrip().endswith("/"))
    return f"{doubled}{made}{doubled_after}"


def _opening(name: str, raw: str, pair: bool) -> str:
    named, loose = _attributes(raw)
    if name in _PICTURES:
        numbers = html.escape(named.get("ids") or named.get("include") or "")
        return f'<{GALLERY} data-ids="{numbers}"></{GALLERY}>'
    if name in _CAPTIONS and pair:
        return f'<figure class="wp-caption" data-caption="{html.escape(named.get("caption", ""))}">'
    if name in _PLAYERS:
        address = _address(name, named, loose)
        if address:
            return f'<iframe src="{html.escape(address)}"></iframe>' + ("<div>" if pair else "")
        if pair:
            return "<div>"
    return f'<{LEFT_OUT} data-name="{html.escape(_shown(name, raw))}"></{LEFT_OUT}>'


def _closing(name: str) -> str:
    if name in _CAPTIONS:
        return "</figure>"
    return "</div>" if name in _PLAYERS else ""


def _shown(name: str, raw: str) -> str:
    return f"[{' '.join(f'{name}{raw}'.split())}]"


def _attributes(raw: str) -> tuple[dict[str, str], list[str]]:
    text = html.unescape(raw).translate(str.maketrans("“”″", '"""')).strip().removesuffix("/")
    named, loose = {}, []
    for key, double, single, bare, quoted, word in _ATTRIBUTE.findall(text.lstrip("=")):
        if key and not key.startswith("http"):
            named[key.lower()] = double or single or bare
        elif quoted or word:
            loose.append(quoted or word)
    return named, loose


def _address(name: str, named: dict[str, str], loose: list[str]) -> str:
    given = [
        named[key]
        for key in ("src", "url", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav")
        if key in named
    ]
    for one in given + loose:
        if one.lower().startswith(("http://", "https://", "/")):
            return one
    page = _PLAYER_PAGES.get(name)
    number = named.get("id") or (loose[0] if loose else "")
    return f"{page}{number}" if page and re.fullmatch(r"[\w-]+", number) else ""
