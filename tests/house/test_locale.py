"""Every word people see is there in Japanese and in English."""

import gettext
import re
from pathlib import Path

import pytest

LOCALE = Path(__file__).resolve().parent.parent.parent / "kawaraban" / "locale"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_left_untranslated(language):
    catalogue = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text("utf-8")
    assert "fuzzy" not in catalogue
    entries = catalogue.split("\n\n")[1:]
    empty = [one for one in entries if re.search(r'^msgstr(\[\d\])? ""$(?!\n")', one, re.MULTILINE)]
    assert len(entries) > 250 and not empty


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_compiled_catalogue_says_what_the_written_one_does(language):
    said = gettext.translation("django", LOCALE, [language])
    assert said.gettext("Most read") == {"ja": "よく読まれています", "en": "Most read"}[language]
