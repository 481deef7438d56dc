"""`kawaraban replay` on a small log of clicks that is made here."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from kawaraban.ops.commands.replay import command
from kawaraban.ops.replaying import clicks as reading
from kawaraban.ops.replaying.figures import Asked, Lists
from kawaraban.ops.replaying.peers import Fitted
from kawaraban.ops.replaying.playing import Replay

pyarrow = pytest.importorskip("pyarrow")
START = 1_780_000_000_000


def folder_of(path, sessions=260, hours=10):
    """Readers go from each story to the third after it, four times in five."""
    from pyarrow import parquet

    random, rows = np.random.default_rng(4), []
    for session in range(sessions):
        at, story = START + session * hours * 3_600_000 // sessions, int(random.integers(40))
        for _ in range(3):
            rows.append((session, story + 100, at))
            at += 30_000
            story = (story + 3) % 40 if random.random() < 0.8 else int(random.integers(40))
    columns = dict(zip(("session", "story", "time_ms"), map(list, zip(*rows, strict=True)), strict=True))
    parquet.write_table(pyarrow.table(columns), path / "clicks.parquet")
    stories = {"story": list(range(100, 140)), "section": [1, None] * 20, "published_ms": [START] * 40}
    parquet.write_table(pyarrow.table(stories), path / "stories.parquet")
    return path


def run(*told):
    return CliRunner().invoke(command, [str(one) for one in told])


def test_the_engine_is_measured_beside_peers_and_written_down(tmp_path):
    figures = tmp_path / "figures.json"
    done = run(folder_of(tmp_path), "--days", "0.2-0.42", "--peers", "sknn", "--thin", "1", "--json", figures)
    assert done.exit_code == 0, done.output
    told = json.loads(figures.read_bytes())
    assert told["also-read"]["hr@10"] > 0.6 > told["popular, half-life 1 h"]["hr@10"]
    assert told["recommended"]["questions"] == told["session kNN"]["questions"] > 5
    assert told["also-read"]["hr@10_low"] <= told["also-read"]["hr@10"] <= told["also-read"]["hr@10_high"]
    assert told["union"]["repeats"] == told["union, trying"]["repeats"] == 0
    assert told["union"]["hr"] >= told["also-read"]["hr@10"] - 0.05
    assert 0 < told["union, trying"]["hr"] <= told["union"]["hr"] + 0.05
    assert "also-read" in done.output and "events/s" in done.output


def test_ended_early_it_prints_and_writes_what_was_found_so_far(tmp_path, monkeypatch):
    ask = Replay._ask

    def stopped(replay, question, now):
        if len(replay.asked) and replay.asked["also-read"].figures(set())["questions"] == 5:
            raise KeyboardInterrupt
        ask(replay, question, now)

    monkeypatch.setattr(Replay, "_ask", stopped)
    figures = tmp_path / "figures.json"
    done = run(folder_of(tmp_path), "--days", "0.2-0.42", "--thin", "1", "--json", figures)
    assert done.exit_code == 0, done.output
    told = json.loads(figures.read_bytes())
    assert told["also-read"]["questions"] == 5 and told["replay"]["first_day"] == 0.2
    assert 0.2 < told["replay"]["last_day"] < 0.4 and "5 questions" in done.output


def test_nothing_after_the_question_is_known(tmp_path, monkeypatch):
    clicks = reading.open_folder(folder_of(tmp_path, 150), 1)
    replay = Replay(clicks, (0.05, 0.42), 1, 0)
    asked = replay._ask

    def looked_at(question, now):
        assert replay.folded == question + 1 and clicks.at_ms[replay.folded - 1] <= now * 1000
        asked(question, now)

    monkeypatch.setattr(replay, "_ask", looked_at)
    replay.run(lambda done: None)
    assert replay.asked


def test_what_is_late_is_not_known(tmp_path, monkeypatch):
    clicks = reading.open_folder(folder_of(tmp_path, 150), 1)
    replay = Replay(clicks, (0.05, 0.42), 1, 60_000)
    asked = replay._ask

    def looked_at(question, now):
        assert clicks.at_ms[replay.folded - 1] <= now * 1000 - 60_000 + 5_000
        asked(question, now)

    monkeypatch.setattr(replay, "_ask", looked_at)
    replay.run(lambda done: None)


@pytest.mark.parametrize(
    ("made", "said"),
    [(None, "no clicks.parquet"), (b"PAR1 torn", "can't be read"), ("other", "can't be read")],
)
def test_a_folder_that_is_none_of_clicks_is_said_in_one_line(tmp_path, made, said):
    if made == "other":
        from pyarrow import parquet

        parquet.write_table(pyarrow.table({"a": [1]}), tmp_path / "clicks.parquet")
    elif made:
        (tmp_path / "clicks.parquet").write_bytes(made)
    done = run(tmp_path)
    assert done.exit_code == 2 and said in done.output and "Traceback" not in done.output


@pytest.mark.parametrize(
    ("times", "said"), [([0, 1_600_000_000_000], "days apart"), ([None, 1_600_000_000_000], "without")]
)
def test_clicks_of_no_time_and_of_another_age_are_said(tmp_path, times, said):
    from pyarrow import parquet

    clicks = pyarrow.table({"session": [1, 1], "story": [7, 8], "time_ms": times})
    parquet.write_table(clicks, tmp_path / "clicks.parquet")
    done = run(tmp_path)
    assert done.exit_code == 2 and said in done.output and "Traceback" not in done.output


def test_days_that_are_not_there_and_unknown_peers_are_said(tmp_path):
    folder_of(tmp_path, 50)
    assert "the clicks end" in run(tmp_path, "--days", "8-12").output
    assert "8-12" in run(tmp_path, "--days", "soon").output
    assert "no peer" in run(tmp_path, "--peers", "oracle").output


class Newest:
    """A model that offers the columns in reverse."""

    fitted = []

    def fit(self, read):
        self.columns = read.shape[1]
        self.fitted.append(read.shape)

    def best(self, path, most):
        return [column for column in range(self.columns - 1, -1, -1) if column not in path][:most]


def test_a_batch_peer_is_fitted_when_it_is_time_on_a_day_of_what_happened_until_then(tmp_path):
    clicks = reading.open_folder(folder_of(tmp_path, sessions=100, hours=50), 1)
    peer = Fitted("newest", Newest, refit=300.0)
    assert peer.stories([100], clicks.at_ms[0] / 1000, 3) == []
    end = int(clicks.at_ms.searchsorted(START + 40 * 3_600_000))
    peer.told(clicks, 0, end)
    now = clicks.at_ms[end - 1] / 1000
    first = int(clicks.at_ms.searchsorted(now * 1000 - 86_400_000))
    stories = sorted(set(clicks.story[first:end].tolist()))
    assert peer.stories([stories[-1]], now, 3) == stories[-2:-5:-1]
    assert Newest.fitted == [(len(set(clicks.session[first:end].tolist())), len(stories))]
    peer.stories([stories[0]], now + 299, 3)
    assert len(Newest.fitted) == 1
    peer.stories([stories[0]], now + 301, 3)
    assert len(Newest.fitted) == 2 and peer.stories([-1], now + 302, 3) == []


def test_figures_by_hand():
    asked = Asked()
    asked.add(1, [5, 6, 7], 6, [1.0, 2.0, 3.0], 0.001)
    asked.add(2, [5, 6, 7], 9, [1.0, 2.0, 3.0], 0.001)
    told = asked.figures({5, 6, 7, 9})
    assert (told["hr@10"], told["mrr@10"], told["coverage@10"]) == (0.5, 0.25, 0.75)
    assert told["ndcg@10"] == pytest.approx(0.5 / np.log2(3)) and told["age_h"] == 2.0
    lists = Lists()
    lists.add([*range(9), 99], {one: 20 - one for one in range(12)})
    assert lists.figures()["precision@10"] == 0.9 and 0.9 < lists.figures()["ndcg@10"] < 1.0
