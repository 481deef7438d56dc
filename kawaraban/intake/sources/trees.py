"""Somebody's HTML as a tree, and what stands in it."""

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree

# What no reader sees.
SILENT = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "hr",
        "svg",
        "canvas",
    }
    | {"form", "input", "select", "textarea", "option", "datalist", "source", "track", "param", "area", "col"}
)
_SCRIPTS = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_NESTING = re.compile(r"<(?!/?(?:p|br)\b)[a-zA-Z/!?][^>]*>", re.IGNORECASE)


def parsed(markup: str) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(huge_tree=True)
    page = lxml.html.document_fromstring(f"<html><body>{markup}", parser=parser)
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        # The parser gave up on tags in tags in tags; the words are what counts.
        flat = _NESTING.sub(" ", _SCRIPTS.sub("", markup))
        page = lxml.html.document_fromstring(f"<html><body>{flat}")
    return page


def entries(node: lxml.html.HtmlElement, *, blanks: bool = False) -> Iterator[str | lxml.html.HtmlElement]:
    """A node's own texts and child tags, in their order."""
    if node.text and (blanks or node.text.strip()):
        yield node.text
    for child in node:
        if isinstance(child.tag, str):
            yield child
        if child.tail and (blanks or child.tail.strip()):
            yield child.tail


def words(node: lxml.html.HtmlElement) -> Iterator[str]:
    for event, one in etree.iterwalk(node, events=("start", "end")):
        if event == "start" and one.text and isinstance(one.tag, str) and one.tag not in SILENT:
            yield one.text
        elif event == "end" and one is not node and one.tail:
            yield one.tail


def cite_at_the_end(quotation: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """Who said it. A `<cite>` amid the words is part of them."""
    cites = list(quotation.iter("cite", "footer"))
    if not cites or next(cites[-1].iterancestors("blockquote")) is not quotation:
        return None
    said, cited = ("".join("".join(words(one)).split()) for one in (quotation, cites[-1]))
    return cites[-1] if cited and said.endswith(cited) else None
