"""What `tests.publication` serves, loaded by a process of its own: `python -m tests.small_demo`.

The two newest demo stories of each section, enough notices to turn a section's page, and one story
with everything that a story can have.
"""

from collections import Counter

import django
from django.core.management import call_command

EVERYTHING = "everything"
TURNED = "society"  # the section with a second page
_OF_A_SECTION = 2
_NOTICES = 20


def load() -> None:
    from kawaraban.newsroom import reconcile
    from kawaraban.ops.demo import data, loading

    call_command("migrate", verbosity=0)
    chosen, of = [], Counter()
    for story in reversed(data.stories()):
        of[story.section] += 1
        if of[story.section] <= _OF_A_SECTION:
            chosen.append(story)
    loading.load(lambda *_: None, only=chosen[::-1])
    with loading.nothing_following():
        _file_notices()
        _file_everything()
        reconcile.mend(thorough=False)
    loading.tell_readers(lambda *_: None)


def _file_notices() -> None:
    import datetime as dt

    from kawaraban.kit import clock
    from kawaraban.newsroom import filing
    from kawaraban.stories.elements import Paragraph
    from kawaraban.stories.models import Section

    section = Section.objects.get(slug=TURNED)
    for number in range(1, _NOTICES + 1):
        filing.file(
            filing.Draft(
                headline=f"市役所からのお知らせ　第{number}号",
                section_id=section.pk,
                slug=f"notice-{number}",
                body=(Paragraph(f"窓口の受付時間が変わります。お知らせの番号は{number}です。"),),
                published_at=clock.now() - dt.timedelta(days=number + 3),
            ),
            publish=True,
        )


def _file_everything() -> None:
    import datetime as dt

    from kawaraban.kit import clock
    from kawaraban.media.photos import Photo
    from kawaraban.newsroom import filing
    from kawaraban.people.models import Person
    from kawaraban.stories import elements, queries
    from kawaraban.stories.models import Section, Topic

    photos = list(Photo.objects.order_by("pk").values_list("pk", flat=True)[:3])
    person = Person.objects.order_by("pk").first()
    published = clock.now() - dt.timedelta(hours=9)
    filing.file(
        filing.Draft(
            headline="旧倉庫街の灯台守が残した航海日誌、図書館で公開へ　半世紀の天気と船の名",
            section_id=Section.objects.get(slug="culture").pk,
            slug=EVERYTHING,
            kicker="港の記憶",
            short_headline="灯台守の航海日誌、図書館で公開",
            dek="半世紀にわたる天気と船の名が記された日誌を、市立図書館が来月から公開する。",
            bylines=(elements.Byline(person.name, person.pk), elements.Byline("港湾史研究会", role="協力")),
            lead_photo_id=photos[0],
            topic_ids=tuple(Topic.objects.order_by("pk").values_list("pk", flat=True)[:3]),
            corrections=(
                elements.Correction((published + dt.timedelta(hours=2)).isoformat(), "日誌は42冊でした。"),
            ),
            published_at=published,
            updated_at=published + dt.timedelta(hours=2),
            body=(
                elements.Paragraph(
                    "日誌は<strong>四十二冊</strong>ある。<ruby>岬<rt>みさき</rt></ruby>の官舎で見つかった。"
                ),
                elements.Subheading("何が書かれているか"),
                elements.ListOfItems(("天気と風向き", "通った船の名", "灯油の残り")),
                elements.ListOfItems(("朝の点検", "夕の点火"), numbered=True),
                elements.Quotation(
                    "海は毎日ちがう顔をする。",
                    speaker="元灯台守",
                    source="航海日誌　第七冊",
                    source_url="https://library.example/logbooks/7",
                ),
                elements.Quotation("読み終えるのに三年かかった。", speaker="司書", source="取材による談話"),
                filing.Photograph(photos[1]),
                filing.Gallery((photos[1], photos[2])),
                elements.Table(
                    ("年", "通った船の数", "霧の日", "嵐の日", "日誌の頁数", "記した人"),
                    (("昭和三十年", "1,204", "41", "9", "366", "先代の灯台守"),) * 3,
                    caption="日誌に見る三年",
                ),
                elements.LinkCard(
                    "https://library.example/exhibition",
                    "航海日誌展のお知らせ",
                    site="市立図書館",
                    description="来月一日から",
                ),
                elements.RelatedStory(queries.newest(1)[0].id),
                elements.Paragraph("公開は来月一日から。"),
            ),
        ),
        publish=True,
    )


if __name__ == "__main__":
    django.setup()
    load()
