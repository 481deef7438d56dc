import datetime as dt

from click.testing import CliRunner

from kawaraban.audience.events import Event
from kawaraban.audience.log import EventLog
from kawaraban.kit import clock
from kawaraban.kit.stores import open_store
from kawaraban.ops.commands.audience import command
from kawaraban.rails import shelf
from kawaraban.rails.refresh import Refresher
from kawaraban.rails.shelf import Shelf
from kawaraban.stories.elements import Paragraph
from kawaraban.stories.models import Section
from kawaraban.stories.publish import Finished, publish


def explained(story, columns=200):
    return CliRunner().invoke(command, ["explain", str(story)], env={"COLUMNS": str(columns)})


def test_a_pages_rails_are_explained_part_by_part(db, tmp_path, settings):
    settings.VAR = tmp_path
    settings.STORE_URL = ""
    assert "no edition" in explained(1).output
    section, now = Section.objects.create(name="社会", slug="society"), clock.now()
    for number in range(1, 13):
        at = now - dt.timedelta(hours=number)
        body = (Paragraph(f"{number}回目の話し合いが開かれた。"),)
        publish(
            Finished(
                id=number, path=f"/society/story-{number}/", section_id=section.pk, body=body,
                headline=f"[live]話し合い その{number}", published_at=at, updated_at=at,
            )
        )  # fmt: skip
    log = EventLog(tmp_path / "audience.db")
    at_ms = int(clock.stamp(now) * 1000)
    seq = 0
    for visitor in range(9):
        for story in (1, 9, 10, 11, 12):
            seq += 1
            log.append_now(Event(seq.to_bytes(16, "big"), at_ms, story, "view", bytes([visitor + 1]) * 8))
    Refresher(log, open_store("editions", tmp_path, "")).tick()
    log.close()
    told = explained(1)
    # Not every edition draws a newcomer that beats what stands there.
    store = open_store("editions", tmp_path, "")
    for _ in range(100):
        if "times the usual appeal" in told.output:
            break
        shelf.publish(store, Shelf(store).current())
        told = explained(1)
    assert "times the usual appeal" in told.output
    assert told.exit_code == 0, told.output
    assert "most-read" in told.output and "read together 0." in told.output and "fresh" in told.output
    # On a narrow terminal too nothing is cut, and what stands in brackets is no markup.
    assert "…" not in explained(1, columns=80).output and "[live]話し合い" in told.output
    assert "No story 99" in explained(99).output
