import pytest

from kawaraban.kit.stores import SqliteStore
from kawaraban.recommendations import memory, terms
from kawaraban.recommendations.likeness import Likeness
from kawaraban.recommendations.memory import Memory
from tests.recommendations.test_likeness import STORIES, many, matter


def looked_at(likeness, stories, versions=None):
    """The likeness after it has looked at all of them; the numbers of those it had read anew."""
    by_id = {one.id: one for one in stories}
    read = []

    def reading(ids):
        read.extend(ids)
        return [by_id[one] for one in ids]

    likeness.update(versions or dict.fromkeys(by_id, 1), reading)
    while likeness.busy:
        likeness.work(1)
    return read


def test_a_house_that_starts_again_reads_nothing_and_finds_the_same(tmp_path):
    stories = many(150)
    first = Likeness(memory=Memory(SqliteStore(tmp_path / "likeness.db")))
    assert sorted(looked_at(first, stories)) == list(range(150))
    again = Likeness(first.tables(), Memory(SqliteStore(tmp_path / "likeness.db")))
    assert looked_at(again, stories) == []
    # Those as much alike, once rounded, stand in any order.
    as_found = {story: dict(row) for story, row in first.tables().items()}
    assert {story: dict(row) for story, row in again.tables().items()} == as_found
    words = stories[7].words
    assert again.nearest(words, 5) == first.nearest(words, 5)


def test_what_changed_meanwhile_is_read_and_placed_among_what_did_not(tmp_path):
    first = Likeness(memory=Memory(SqliteStore(tmp_path / "likeness.db")))
    looked_at(first, STORIES[:-1])
    about_harbors = matter(6, "汐見港の再開発、倉庫街を残す計画を市議会が可決。", ["harbor"])
    changed = [*STORIES[:-2], matter(5, "準衛星である第二の月を、望遠鏡で観測した。"), about_harbors]
    again = Likeness(first.tables(), Memory(SqliteStore(tmp_path / "likeness.db")))
    versions = {one.id: 2 if one.id == 5 else 1 for one in changed}
    assert sorted(looked_at(again, changed, versions)) == [5, 6]
    tables = again.tables()
    assert tables[6][0][0] in (1, 2) and 6 in dict(tables[1])
    assert tables[5][0][0] in (3, 4) and 5 in dict(tables[3])


def test_what_was_made_in_another_way_is_read_anew(tmp_path, monkeypatch):
    first = Likeness(memory=Memory(SqliteStore(tmp_path / "likeness.db")))
    looked_at(first, STORIES)
    monkeypatch.setattr(memory, "made_by", lambda: terms.made_by() + " otherwise")
    again = Likeness(first.tables(), Memory(SqliteStore(tmp_path / "likeness.db")))
    assert len(looked_at(again, STORIES)) == len(STORIES)


@pytest.mark.parametrize("harm", ["damaged", "a folder"])
def test_a_memory_that_fails_costs_time_alone(tmp_path, harm):
    file = tmp_path / "likeness.db"
    if harm == "damaged":
        file.write_bytes(b"no database at all" * 100)
    else:
        file.mkdir()
    likeness = Likeness(memory=Memory(SqliteStore(file)))
    assert len(looked_at(likeness, STORIES)) == len(STORIES)
    assert likeness.tables()[1][0][0] == 2


def test_a_withdrawn_story_is_forgotten(tmp_path):
    likeness = Likeness(memory=Memory(SqliteStore(tmp_path / "likeness.db")))
    looked_at(likeness, STORIES)
    looked_at(likeness, STORIES[1:])
    kept = set(SqliteStore(tmp_path / "likeness.db").keys())
    assert kept == {f"{what}:{story}" for what in ("told", "whole") for story in (2, 3, 4, 5, 6)}
