import pytest

from kawaraban.kit.steps import Steps, Stopped, follow


def double(number):
    return number * 2


def refuse_odd(number):
    if number % 2:
        raise Stopped("odd")
    return number


def test_steps_run_in_order_and_what_stops_is_counted_by_reason():
    steps = Steps([refuse_odd, double])
    assert steps.run(4) == 8
    for _ in range(2):
        with pytest.raises(Stopped, match="odd"):
            steps.run(3)
    assert steps.stopped == {"odd": 2}


def test_what_follows_stops_nothing(caplog):
    paths = [f"{__name__}.refuse_odd", "tests.kit.nowhere", f"{__name__}.double"]
    assert follow(paths, 3, "three came") == (False, [6])
    assert "refuse_odd failed after three came" in caplog.text
    assert "tests.kit.nowhere failed after three came" in caplog.text
    assert follow(paths[2:], 3, "three came") == (True, [6])
