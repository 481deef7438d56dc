"""What a line of a page's text is, told from its form alone."""

import regex

_SENTENCE_END = regex.compile(r"[。！？!?.][」』”\"'）)]*(?:\s|$)|。")
_SKIP = regex.compile(r"スキップ|skip to\b|jump to\b|メニュー|breadcrumb", regex.IGNORECASE)
_CREDIT = regex.compile(
    r"^\s*(?:引用|写真|画像|提供|出典|撮影|出所|photo(?:graph)?(?: by)?|image|credit|picture|©|\(c\))"
    r"(?:\s*[:：/／=]\s*|\s+)(?P<who>\S.{0,80})$",
    regex.IGNORECASE,
)
_EMAIL = regex.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LISTED = regex.compile(r"^\s*(?:[•·・●■◆▶▸*-]|\d{1,2}[.)．、]?)(?:\s|$)")
_DISCUSSION = regex.compile(r"^\s*(?:コメント|comments?)\s*[(（]?\d*[)）]?\s*$", regex.IGNORECASE)
# What stands beside a name in a byline and is no part of it.
_BESIDE_A_NAME = regex.compile(
    r"\s+(?:アクセス|記者|編集部|特派員|入力|更新|公開|配信|投稿|reporter|staff writer).*$"
    r"|^(?:by|文|取材)[:：\s]\s*",
    regex.IGNORECASE,
)
_LIKE_A_TIME = regex.compile(r"\d{4}\s*[年/.-]|\d{1,2}:\d{2}|\d{1,2}月\d{1,2}日")
_LONGEST_NAME, _SHORTEST_PROSE = 40, 40  # code points


def is_prose(block: str) -> bool:
    """Sentences: long enough, ended as sentences are, and no item of a list."""
    return (
        len(block) >= _SHORTEST_PROSE
        and not is_listed(block)
        and not _SKIP.search(block)
        and len(_SENTENCE_END.findall(block)) >= 1
        and _ended(block)
    )


def _ended(block: str) -> bool:
    # A headline of two questions ends like a sentence as well, but holds no full stop.
    return "。" in block or ". " in f"{block} " or "．" in block


def is_listed(line: str) -> bool:
    """An item of a list: a bullet or a number before it."""
    return _LISTED.match(line) is not None


def ends_body(block: str) -> bool:
    """What never stands inside a body: the discussion, an address, the first item of a rail."""
    lines = block.splitlines()
    return bool(
        _DISCUSSION.match(lines[0])
        or (_EMAIL.search(block) and not is_prose(block))
        or any(is_listed(line) for line in lines)
    )


def may_be_headline(block: str) -> bool:
    """One line that is neither navigation nor credit nor address."""
    return not (
        "\n" in block
        or _SKIP.search(block)
        or _CREDIT.match(block)
        or _EMAIL.search(block)
        or is_listed(block)
    )


def credits_in(lines: list[str]) -> tuple[str, ...]:
    """Who is named for the pictures, each once."""
    found = (_CREDIT.match(line) for line in lines)
    return tuple(dict.fromkeys(one["who"].strip() for one in found if one))


def byline(lines: list[str]) -> str:
    """The first line below a headline that can be a name; "" for none."""
    for line in lines:
        name = _BESIDE_A_NAME.sub("", line.strip()).strip()
        if name and not _CREDIT.match(line) and not _LIKE_A_TIME.search(name) and len(name) <= _LONGEST_NAME:
            return name
    return ""


def signature(below: list[str]) -> tuple[str, str]:
    """E-mail address and name of whoever signed below the body, before the first list; "" for none."""
    before = ""
    for line in (line.strip() for block in below for line in block.splitlines()):
        if is_listed(line):
            break
        found = _EMAIL.search(line)
        if found:
            name = line[: found.start()].strip(" 　(（<:：/") or before
            return found[0], name if len(name) <= _LONGEST_NAME else ""
        before = _BESIDE_A_NAME.sub("", line)
    return "", ""
