"""An editor at the newsroom, over HTTP: signs in, changes an article and publishes it."""

import http.cookiejar
import json
import re
import urllib.parse
import urllib.request

from benchmarks.publication import EDITOR, PASSWORD

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_NUMBER = re.compile(r'<article class="story" data-story="(\d+)"')
# What a form says of the rows that it holds of each kind: bylines, corrections, other wordings…
_ROWS = re.compile(r'name="([\w-]+-(?:TOTAL|INITIAL)_FORMS)" value="(\d+)"')


class NotPublished(Exception):
    """The newsroom did not take the article."""


class Desk:
    """One editor's session with the house at `base`."""

    def __init__(self, base: str) -> None:
        self._base = base
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self._token = ""
        self._rows: dict[str, str] = {}
        self._sign_in()

    def article_at(self, path: str) -> int:
        """The newsroom's number of the article that readers have at the path."""
        found = _NUMBER.search(self._get(path))
        if found is None:
            raise NotPublished(f"no story at {path}")
        return int(found[1])

    def publish(self, article: int, *, headline: str, slug: str, section: int) -> None:
        """Presses “Publish” in the open form, with this headline; returns when the newsroom has answered."""
        form = {
            "title": headline,
            "slug": slug,
            "kicker": "",
            "short_headline": "",
            "dek": "",
            "section": str(section),
            "lead_photo": "",
            "storyline": "",
            "comments_open": "on",
            **_paragraph("倉庫街は残す。市は来年度から工事に入る。"),
            **self._rows,
            "action-publish": "1",
        }
        answer = self._post(f"/newsroom/pages/{article}/edit/", form)
        if f"/newsroom/pages/{article}/edit/" in answer:
            raise NotPublished(f"the form of article {article} came back")

    def open_form(self, article: int) -> None:
        """What an editor does before: has the form before them."""
        self._rows = dict(_ROWS.findall(self._get(f"/newsroom/pages/{article}/edit/")))

    def _sign_in(self) -> None:
        self._get("/newsroom/login/")
        self._post("/newsroom/login/", {"username": EDITOR, "password": PASSWORD})

    def _get(self, path: str) -> str:
        with self._opener.open(self._base + path, timeout=60) as answer:
            page: str = answer.read().decode()
        if found := _TOKEN.search(page):
            self._token = found[1]
        return page

    def _post(self, path: str, form: dict[str, str]) -> str:
        """Where the answer led."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self._token, **form}).encode()
        request = urllib.request.Request(self._base + path, body, {"Referer": self._base + path})
        with self._opener.open(request, timeout=60) as answer:
            page = answer.read().decode()
            if found := _TOKEN.search(page):
                self._token = found[1]
            led: str = answer.geturl()
            return led


def _paragraph(text: str) -> dict[str, str]:
    """A body of one paragraph, as Wagtail's form sends it."""
    block = {
        "key": "first",
        "text": text,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "paragraph",
        "body-0-id": "",
        "body-0-value": json.dumps({"blocks": [block], "entityMap": {}}),
    }
