from types import SimpleNamespace

from kawaraban.kit import notes


def followed(*goes_on):
    """What follows up, in turn, with these answers; and what it was asked for."""
    answers, asked = iter(goes_on), []

    def follow_up(item):
        asked.append(item)
        return f"{item} followed", next(answers)

    return follow_up, asked


def test_one_go_ends_with_what_fails_again():
    follow_up, asked = followed(True, False, True)
    assert notes.one_go("abc", 60, follow_up) == ["a followed", "b followed"]
    assert asked == ["a", "b"]


def test_one_go_takes_one_in_any_case_and_no_more_when_its_time_is_over(monkeypatch):
    for longest, done in ((-1, ["a followed"]), (1.5, ["a followed", "b followed"])):
        seconds = iter(range(9))
        monkeypatch.setattr(notes, "time", SimpleNamespace(monotonic=lambda told=seconds: next(told)))
        follow_up, _ = followed(*[True] * 4)
        assert notes.one_go("abcd", longest, follow_up) == done
