"""The house checks itself: what the docs say of it is so."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from kawaraban.config import wiring

HOUSE = Path(__file__).resolve().parent.parent.parent
PACKAGE = HOUSE / "kawaraban"
ARCHITECTURE = (HOUSE / "docs" / "architecture.md").read_text("utf-8")
ROOMS = sorted(room.parent.name for room in PACKAGE.glob("*/__init__.py"))
COMMITTED = subprocess.run(
    ["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=False
).stdout.split("\0")


def _rows_of_the_rooms_table() -> dict[str, list[str]]:
    rows = {}
    for line in re.findall(r"^\| `.*$", ARCHITECTURE, re.MULTILINE):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        names, doors = cells[0], cells[-1]
        for name, of_room in zip(names.split("\\|"), doors.split("\\|"), strict=True):
            rows[name.strip(" `")] = re.findall(r"`([^`]+)`", of_room)
    return rows


def test_every_room_is_in_the_table_and_every_one_there_exists():
    assert sorted(_rows_of_the_rooms_table()) == ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_the_doors_the_table_names_are_there(room):
    missing = [door for door in _rows_of_the_rooms_table()[room] if not (PACKAGE / room / door).exists()]
    assert not missing


def test_every_step_of_the_wiring_can_be_found():
    for name in (name for name in dir(wiring) if name.isupper()):
        for path in getattr(wiring, name):
            assert callable(import_string(path)), path
        assert getattr(settings, name) == getattr(wiring, name)


def test_no_committed_file_names_a_registry_host():
    hosts = re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|index-url\s*=?\s*http"
    )
    named = [
        name
        for name in COMMITTED
        if name
        and not name.startswith("tests/house/")
        and (HOUSE / name).is_file()
        and (HOUSE / name).suffix not in {".png", ".jpg", ".mo"}
        and hosts.search((HOUSE / name).read_text("utf-8", errors="ignore"))
    ]
    assert not named


def test_every_dependency_is_locked_with_a_hash():
    for lock in (HOUSE / "requirements").glob("*.txt"):
        pins = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())
        assert pins and all("==" in pin and "--hash=sha256:" in pin for pin in pins)


def test_no_template_asks_another_host_for_anything():
    loads = re.compile(r"<(?:script|link|img|iframe|source)[^>]*(?:src|href|srcset)=[\"']?(?:https?:)?//")
    for template in PACKAGE.rglob("*.html"):
        assert not loads.search(template.read_text("utf-8")), template


def test_no_module_has_grown_past_a_head():
    long = {
        str(file.relative_to(HOUSE)): lines
        for file in PACKAGE.rglob("*.py")
        if "migrations" not in file.parts and (lines := len(file.read_text("utf-8").splitlines())) > 400
    }
    assert not long
