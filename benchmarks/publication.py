"""A publication to measure on: 400 stories over eight sections, and readers who have read them."""

import datetime as dt
import random
import uuid

FEW_WORDS = (
    "県は来年度の予算案に港湾の改修費を盛り込む方針を固めた。",
    "市内の商店街では空き店舗を使った共同の食堂が開かれ、週末は長い列ができる。",
    "調査に当たった研究班は、川床の砂が十年で三割減ったと報告している。",
    "「続けられるうちは続けたい」と、三代目の店主は話す。",
)
STORIES, SECTIONS, PARAGRAPHS = 400, 8, 12
_CHANCE = random.Random(20)


def publish_all(now: dt.datetime) -> list[str]:
    """Fills the tables of the house that is set up; addresses of the stories."""
    from kawaraban.stories.elements import Paragraph
    from kawaraban.stories.models import Section
    from kawaraban.stories.publish import Finished, publish

    for number in range(1, SECTIONS + 1):
        Section.objects.create(id=number, name=f"第{number}面", slug=f"section-{number}", position=number)
    paths = []
    for number in range(1, STORIES + 1):
        section = 1 + number % SECTIONS
        at = now - dt.timedelta(hours=number)
        words = [_CHANCE.choice(FEW_WORDS) for _ in range(4)]
        path = f"/section-{section}/story-{number}/"
        publish(
            Finished(
                id=number,
                path=path,
                section_id=section,
                kicker="県政",
                headline=f"{words[0][:24]} その{number}",
                short_headline=f"{words[0][:14]}{number}",
                dek=words[1],
                published_at=at,
                updated_at=at,
                body=tuple(Paragraph("".join(_CHANCE.choices(FEW_WORDS, k=4))) for _ in range(PARAGRAPHS)),
            ),
            and_then=False,
        )
        paths.append(path)
    return paths


def readers_events(readers: int = 60, stories_each: int = 8) -> list[tuple[str, dict[str, object]]]:
    """Beacons of readers who each read a few stories: (what the browser calls itself, the beacon)."""
    events: list[tuple[str, dict[str, object]]] = []
    for reader in range(readers):
        for story in _CHANCE.sample(range(1, 60), stories_each):
            events.append(
                (f"Reader/{reader}", {"event": str(uuid.uuid4()), "story": story, "kind": "view"}),
            )
    return events
