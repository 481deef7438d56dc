"""A publication of a dozen stories, loaded by a process of its own: `python -m tests.faults.little`.

Faults are about what serves a publication, not about what stands in it: this one has no pictures and
no newsroom behind it, and is there in seconds.
"""

import datetime as dt

import django
from django.core.management import call_command

NAME = "浜音新報"
ADDRESSES = [f"/society/harbor-{number}/" for number in range(1, 13)]


def load() -> None:
    from kawaraban.kit import clock
    from kawaraban.newsroom.settings import PublicationSettings
    from kawaraban.search import indexing
    from kawaraban.stories.elements import Paragraph
    from kawaraban.stories.models import Section, Topic
    from kawaraban.stories.publish import Finished, publish

    call_command("migrate", verbosity=0)
    section = Section.objects.create(name="社会", slug="society")
    topics = [Topic.objects.create(name=f"港{number}", slug=f"harbor-{number}") for number in range(1, 13)]
    own = PublicationSettings.load()
    own.name, own.comments_held = NAME, False
    own.save()
    now = clock.now()
    for number, address in enumerate(ADDRESSES, start=1):
        finished = Finished(
            id=1_000_000 + number,  # no article has such a number
            path=address,
            section_id=section.pk,
            headline=f"港の再開発をめぐる話　その{number}",
            body=(Paragraph(f"倉庫街を残すかどうか、{number}回目の話し合いが開かれた。"),),
            published_at=now - dt.timedelta(hours=number),
            updated_at=now - dt.timedelta(hours=number),
            topic_ids=(topics[number - 1].pk,),
        )
        publish(finished, and_then=False)
    indexing.rebuild(lambda *_: None)


if __name__ == "__main__":
    django.setup()
    load()
