"""Numbers that processes hand to whoever shows them."""

import os

from prometheus_client import generate_latest

from kawaraban.ops import metrics
from kawaraban.ops.slots import Numbers, Slot, slots


def test_another_process_reads_what_was_put():
    one, other = slots(2)
    assert one.get() == Numbers()
    child = os.fork()
    if child == 0:
        one.put(Numbers({"hit": 3}, {"edition": 7}))
        os._exit(0)
    os.waitpid(child, 0)
    assert one.get() == Numbers({"hit": 3}, {"edition": 7}) and other.get() == Numbers()


def test_counters_go_on_where_the_process_before_ended_and_gauges_do_not():
    (slot,) = slots(1)
    slot.put(Numbers({"hit": 3}, {"edition": 7}))
    slot.put(Numbers({"hit": 5}, {"edition": 8}))
    successor = Slot(slot._memory, 0)
    successor.put(Numbers({"hit": 1, "shed:new": 2}, {}))
    assert slot.get() == Numbers({"hit": 6, "shed:new": 2}, {})


def test_what_has_no_kinds_is_0_before_anybody_counted_it():
    shown = generate_latest(metrics.registry(slots(1))).decode().splitlines()
    assert "kawaraban_page_hits_total 0.0" in shown and "kawaraban_pressings_total 0.0" in shown


def test_what_is_half_written_is_not_read():
    (slot,) = slots(1)
    slot.put(Numbers({"hit": 3}))
    slot._memory[12:13] = b"?"
    assert slot.get() == Numbers()


def test_the_numbers_of_all_are_added_up_under_their_names_outside():
    first, second, third = slots(3)
    first.put(Numbers({"hit": 3, "problem:404": 1}, {"edition": 7, "oldest edition": 7}))
    second.put(Numbers({"hit": 4, "problem:404": 1, "problem:503": 2}, {"edition": 8, "oldest edition": 8}))
    third.put(Numbers({}, {"overdue": 2}))
    shown = generate_latest(metrics.registry([first, second, third])).decode()
    for line in (
        "kawaraban_page_hits_total 7.0",
        'kawaraban_problems_total{status="404"} 2.0',
        'kawaraban_problems_total{status="503"} 2.0',
        "kawaraban_edition_number 8.0",
        "kawaraban_edition_number_oldest 7.0",
        "kawaraban_schedule_overdue 2.0",
    ):
        assert line in shown.splitlines()
