"""What the engine learns from a small publication's readers."""

import multiprocessing
import time

import numpy as np
import pytest

from kawaraban.audience.events import Event
from kawaraban.audience.fold import WINDOW_MS, Fold
from kawaraban.recommendations import ranker, sessions
from kawaraban.recommendations.engine import RANKED, Engine
from kawaraban.recommendations.facts import Fact
from kawaraban.recommendations.features import NAMES
from kawaraban.recommendations.ranker import Example, Ranker
from kawaraban.recommendations.teaching import Teacher
from kawaraban.recommendations.trials import Trials
from kawaraban.recommendations.tuning import Tuner

START = 1_780_000_000
STORIES = range(1, 31)


def told(engine, stories=STORIES):
    engine.facts.tell({story: Fact("a" if story % 2 else "b", float(START)) for story in stories})


class Site:
    """Readers who go from each story to the one seven further, mostly."""

    def __init__(self):
        self.fold = Fold()
        self.engine = Engine(self.fold)
        told(self.engine)
        self.trials = Trials(self.engine)
        self.random = np.random.default_rng(5)
        self.seq, self.at = 0, float(START)

    def view(self, story, visitor):
        self.seq += 1
        self.at += 1
        event = Event(b"", int(self.at * 1000), story, "view", visitor.to_bytes(8, "little"))
        self.fold.take([(self.seq, event)])
        self.trials.round(self.at)

    def read(self, readers):
        for visitor in range(readers):
            story = int(self.random.integers(1, 31))
            for _ in range(3):
                self.view(story, visitor)
                wild = self.random.random() < 0.2
                story = int(self.random.integers(1, 31)) if wild else (story + 6) % 30 + 1

    def following(self, story):
        at = self.engine.at(self.at)
        found = self.engine.following(at, [self.fold.stories.number_of[story]])[0]
        return [self.fold.stories.stories[number] for number in found.stories], found


@pytest.fixture(scope="module")
def site():
    site = Site()
    site.read(250)
    return site


def test_what_readers_go_on_to_stands_first_and_the_page_itself_nowhere(site):
    for story in (1, 12, 30):
        stories, found = site.following(story)
        assert stories[0] == (story + 6) % 30 + 1 and found.together[0] and story not in stories
        assert found.chances.sum() == pytest.approx(1.0) and (np.diff(found.chances) <= 0).all()


def test_trials_find_out_that_plain_popularity_serves_worse_here(site):
    gains = site.engine.tuner.gains(site.engine.facts.sections["a"])
    assert max(gains[:16]) > 1.3 * max(gains[16:RANKED])
    assert site.engine.way(1).back_off < 300


def test_withdrawn_stories_are_nowhere(site):
    told(site.engine, [story for story in STORIES if story != 8])
    try:
        assert 8 not in site.following(1)[0]
    finally:
        told(site.engine)


def test_a_trial_counts_only_within_a_session():
    site = Site()
    site.view(1, 1)
    site.at += WINDOW_MS / 1000
    site.view(2, 1)
    assert not site.engine.tuner.gains("").any()


def test_a_rush_is_not_tried_on_every_reader():
    site = Site()
    rush = [
        (seq, Event(b"", START * 1000 + seq, 1 + seq % 30, "view", (seq // 2).to_bytes(8, "little")))
        for seq in range(1, 2_001)
    ]
    site.fold.take(rush)
    assert len(site.fold.followed) > 500
    site.trials.round(START + 2.0)
    assert 0 < len(site.trials._open) <= 20
    site.trials.round(START + 2.0 + WINDOW_MS / 1000)
    assert not site.trials._open  # though nobody came since


def test_a_lesson_under_way_holds_up_no_stop(monkeypatch):
    monkeypatch.setattr(ranker, "learn", lambda _: time.sleep(60))
    monkeypatch.setattr(Ranker, "due", lambda _: True)
    stopping = multiprocessing.get_context("fork").Process(target=Teacher(Ranker()).round)
    stopping.start()
    stopping.join(20)
    assert stopping.exitcode == 0


def test_the_ranker_learns_what_the_estimate_does_not_know(monkeypatch):
    pytest.importorskip("lightgbm")
    monkeypatch.setattr(ranker, "FEWEST", 300)
    random = np.random.default_rng(2)
    pupil, new = Ranker(), NAMES.index("age")
    for _ in range(400):
        columns = random.normal(size=(20, len(NAMES)))
        columns[:, 0] = -3.0
        pupil.add(Example(columns.astype(np.float16), int(columns[:, new].argmin())))
    assert not pupil.ready and pupil.due()
    Teacher(pupil).teach()
    assert pupil.ready and not pupil.due()
    columns = random.normal(size=(20, len(NAMES))).astype(np.float32)
    columns[:, 0] = -3.0
    (chances,) = pupil.chances([columns])
    assert chances.argmax() == columns[:, new].argmin() and chances.sum() == pytest.approx(1.0)


def test_a_tuner_serves_what_gains_by_section_and_knows_it_again():
    tuner = Tuner(2)
    for _ in range(400):
        tuner.learn("quick", [[1], [2]], 1)
        tuner.learn("slow", [[1], [2]], 2)
    assert (tuner.choice("quick"), tuner.choice("slow")) == (0, 1)
    again = Tuner(2)
    again.restore(tuner.kept())
    assert again.choice("slow") == 1


def test_a_session_is_a_mixture_without_what_was_read():
    mixed = sessions.mixed([[(1, 0.6), (2, 0.4)], [(2, 0.9), (3, 0.1)]], (1.0, 0.5))
    assert mixed == [(2, pytest.approx(0.85)), (1, 0.6), (3, 0.05)]
    assert sessions.without(mixed, {2}) == [1, 3]
