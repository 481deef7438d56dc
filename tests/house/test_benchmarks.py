"""The benchmarks' own arithmetic and manners; what they find is asserted nowhere."""

import importlib
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import __main__ as bench
from benchmarks import load, publishing, rows
from benchmarks.day import Day
from benchmarks.fold import Trial
from benchmarks.pairs import Pairs, Reached
from kawaraban.audience.fold import Fold

README = Path(bench.__file__).with_name("README.md").read_text("utf-8")


@pytest.mark.parametrize("name", list(bench.MEASUREMENTS))
def test_each_measurement_is_a_module_that_the_readme_explains(name):
    assert callable(importlib.import_module(f"benchmarks.{name}").measure)
    assert f"| `{name}` |" in README


@pytest.mark.parametrize(
    "url", ["http://news.example/", "http://127.0.0.1.news.example/", "http://10.0.0.1/"]
)
def test_load_is_sent_to_this_machine_alone(url):
    with pytest.raises(ValueError, match="not this machine"):
        load.requests_a_second(url, "gzip", 1)
    with pytest.raises(ValueError, match="not this machine"):
        load.open_loop([load.Stream("away", url, [(1, 1)])])


def test_a_ratio_is_the_median_of_the_pairs():
    rounds = [((30.0, 60.0), (100.0, 100.0)), ((10.0, 10.0), (50.0, 50.0)), ((80.0, 80.0), (200.0, 200.0))]
    pairs = Pairs([(Reached(*ours), Reached(*theirs)) for ours, theirs in rounds])
    assert pairs.ratio == 0.3 and pairs.spread == (0.2, 0.4) and pairs.ratio_by_core == 0.4


def test_the_ninety_ninth_of_a_hundred_is_no_outlier():
    assert publishing.p99([float(number) for number in range(1, 101)]) == 99.0
    assert publishing.p99([1.0, 9.0]) == 9.0


def test_the_table_and_the_file_say_what_was_reached_and_what_is_missing(tmp_path):
    found = [
        rows.Row("hot", 0.25, 0.30, "of nginx", more_is_better=True, spread=(0.2, 0.3)),
        rows.Row("start", 1.2, 2.0, "s"),
        rows.Missing("cold", "wrk is missing"),
    ]
    console = Console(width=150, record=True, file=io.StringIO())
    rows.show(found, console, load=3.0)
    shown = console.export_text()
    assert "busy already, load 3.0" in shown and "wrk is missing" in shown and "0.20–0.30" in shown
    rows.keep(found, tmp_path / "kept.json", load=3.0)
    kept = json.loads((tmp_path / "kept.json").read_text("utf-8"))
    assert [row.get("is_reached") for row in kept["rows"]] == [False, True, None]


def test_a_synthetic_day_is_in_order_and_the_trial_counts_the_same_readings():
    day = Day(sessions=3_000, stories=400)
    events = [event for one in day.events() for event in one]
    assert events == sorted(events, key=lambda event: event.at_ms)
    assert 8 < len(events) / day.sessions < 12 and len({event.visitor for event in events}) == day.sessions
    fold, trial = Fold(), Trial()
    fold.take(enumerate(events, start=1))
    trial.take(events)
    now = events[-1].at_ms / 1000
    # Of the few who come back to a story after half an hour the trial knows nothing.
    assert sum(trial.readings.values()) == pytest.approx(sum(fold.readers(now, 24).values()), rel=0.02)
    assert fold.readers(now, 24).keys() == trial.readings.keys()
