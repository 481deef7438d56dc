"""Every word people see is there in Japanese and in English."""

import ast
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


def test_no_word_hides_in_an_f_string():
    """xgettext does not look into f-strings: such a word is in no catalogue, and nothing says so."""
    told = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
    hidden = [
        f"{file.name}:{call.lineno}"
        for file in LOCALE.parent.rglob("*.py")
        for string in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in told
    ]
    assert not hidden


def test_words_are_collected_by_the_names_that_the_collector_knows():
    """xgettext goes by the name of what is called: under another one a word is in no catalogue."""
    unknown = [
        f"{file.name}:{imported.lineno} {name.name} as {name.asname}"
        for file in LOCALE.parent.rglob("*.py")
        for imported in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(imported, ast.ImportFrom) and imported.module == "django.utils.translation"
        for name in imported.names
        if name.asname not in (None, "_")
    ]
    assert not unknown
