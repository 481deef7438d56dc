"""The newsroom's home: what rises, what is planned, and the alarms with what to do about them."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kawaraban.kit import clock
from kawaraban.newsroom import failures, filing, planned, schedule
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.failures import Failure
from kawaraban.newsroom.permissions import edited_by
from kawaraban.newsroom.planned import Act, plan_for
from kawaraban.people.models import Account
from kawaraban.rails.editions import Catalogue, Charts, Edition, RisingTopic
from kawaraban.rankings.charts import key
from kawaraban.stories.models import Story
from tests.ops.test_demo_readers import CARD

HOUR = dt.timedelta(hours=1)
HOME = reverse("wagtailadmin_home")


def panel(client, name):
    """The home's panel of this name; "" where there is none."""
    page = client.get(HOME, headers={"accept-language": "en"}).content.decode()
    _, found, rest = page.partition(f'id="{name}-section"')
    return rest.partition("</section>")[0] if found else ""


@pytest.fixture
def schedule_at(draft_of, monkeypatch):
    """An article, or a new version of one, that is to be published so long from now."""

    def make(slug, goes, *, article=None, until=None, **changes):
        with monkeypatch.context() as earlier:
            earlier.setattr(timezone, "now", lambda: clock.now() - dt.timedelta(days=2))
            article = article or filing.file(draft_of(slug=slug, **changes), publish=False)
            article.go_live_at = clock.now() + goes
            article.expire_at = clock.now() + until if until else None
            article.save_revision().publish()
        return article

    return make


@pytest.fixture
def carry_out_at(monkeypatch):
    """What the jobs do at this moment."""

    def at(moment):
        with monkeypatch.context() as then:
            then.setattr(timezone, "now", lambda: moment)
            return schedule.publish_due(moment)

    return at


def expires(article, after):
    Article.objects.filter(pk=article.pk).update(expire_at=clock.now() + after)


# What rises.


@pytest.fixture
def edition(monkeypatch):
    """Six stories, of which five are said to rise and one has no card any more; and a topic that does."""
    now = clock.stamp(clock.now())
    cards = {
        number: replace(CARD, id=number, headline=f"Harbor {number}", path=f"/h/{number}/")
        for number in range(1, 6)
    }
    of = {key("rising", ""): ((9, 400.0, 1.0), *((number, 100.0 / number, 5.0) for number in cards))}
    edition = Edition(
        as_of=now,
        number=1,
        catalogue=Catalogue(cards=cards, topics={"port": "Ports"}),
        charts=Charts(now, of),
        rising=(RisingTopic("port", 12.0, (1,), 50.4, 4.2), RisingTopic("gone", 11.0, (2,), 9.0, 1.0)),
    )
    shown = [edition]
    monkeypatch.setattr("kawaraban.newsroom.preview.Shelf.current", lambda _: shown[0])
    return shown


def test_what_rises_is_told_as_readers_are_told_it(editor, edition):
    told = panel(editor, "what-rises")
    assert '<a href="/h/1/">Harbor 1</a>' in told and "About 100 readings an hour, usually 5" in told
    assert (
        '<a href="/topics/port/">Topic: Ports</a>' in told and "About 50 readings an hour, usually 4" in told
    )
    assert told.index("Harbor 1") < told.index("Harbor 2") < told.index("Ports")
    assert "Harbor 4" in told and "Harbor 5" not in told


def test_a_topic_that_rises_is_told_in_the_words_of_the_language(editor, edition):
    page = editor.get(HOME, headers={"accept-language": "ja"}).content.decode()
    assert '<a href="/topics/port/">話題：Ports</a>' in page


def test_each_bar_is_drawn_beside_the_longest(editor, edition):
    told = panel(editor, "what-rises")
    assert told.count('width="100" height="5"') == 1
    assert told.count('width="50" height="5"') == 2  # the second story, and the topic
    assert 'width="5" height="3"' in told


def test_where_nothing_rises_nothing_is_shown(editor, edition):
    assert panel(editor, "what-rises")
    edition[0] = replace(edition[0], charts=Charts(edition[0].as_of), rising=())
    assert panel(editor, "what-rises") == ""


# What is planned.


def test_the_plan_says_what_goes_out_and_what_is_taken_away_and_when(editor, schedule_at, published):
    leaving, renewed = published(slug="leaving", headline="Leaving"), published(slug="renewed")
    assert panel(editor, "what-is-planned") == ""
    coming = schedule_at("coming", 2 * HOUR, headline="Coming", until=30 * HOUR)
    expires(leaving, HOUR)
    renewed.title = "Renewed"
    schedule_at("renewed", 3 * HOUR, article=renewed)
    editors = Account.objects.get(username="editors")
    plan = plan_for(editors, clock.now()).coming.shown
    assert [(one.article_id, one.act, one.headline) for one in plan] == [
        (leaving.pk, Act.WITHDRAW, "Leaving"),
        (coming.pk, Act.PUBLISH, "Coming"),
        (renewed.pk, Act.CHANGE, "Renewed"),
        (coming.pk, Act.WITHDRAW, "Coming"),
    ]
    told = panel(editor, "what-is-planned")
    for words in ("Publishing", "New version", "Taking down"):
        assert words in told
    assert f'<a href="{reverse("wagtailadmin_pages:edit", args=[coming.pk])}">Coming</a>' in told


@pytest.mark.parametrize(
    ("leaves", "until", "acts"),
    [
        (HOUR, None, [Act.WITHDRAW, Act.PUBLISH]),
        (3 * HOUR, None, [Act.CHANGE]),
        (3 * HOUR, 5 * HOUR, [Act.CHANGE, Act.WITHDRAW]),
        (HOUR, 5 * HOUR, [Act.WITHDRAW, Act.PUBLISH, Act.WITHDRAW]),
    ],
)
def test_a_new_version_brings_the_time_of_its_own_withdrawal(
    account_in, schedule_at, published, carry_out_at, leaves, until, acts
):
    article = published()
    schedule_at("harbor", 2 * HOUR, article=Article.objects.get(pk=article.pk), until=until)
    expires(article, leaves)
    editors = account_in("Editors")
    plan = plan_for(editors, clock.now()).coming.shown
    assert [one.act for one in plan] == acts
    for one in plan:
        carried_out = carry_out_at(one.at)
        assert (article.pk in carried_out.expired) == (one.act is Act.WITHDRAW)
        assert (article.pk in carried_out.published) == (one.act is not Act.WITHDRAW)
    assert plan_for(editors, clock.now()).coming.shown == ()


def test_the_plan_shows_each_account_what_it_may_see(client, account_in, schedule_at):
    reporter = account_in("Reporters")
    own, other = (schedule_at(slug, HOUR, headline=slug.title()) for slug in ("own", "other"))
    Article.objects.filter(pk=own.pk).update(owner=reporter)
    client.force_login(reporter)
    told = panel(client, "what-is-planned")
    assert "Own" in told and "Other" in told
    assert reverse("wagtailadmin_pages:edit", args=[own.pk]) in told
    assert reverse("wagtailadmin_pages:edit", args=[other.pk]) not in told
    client.force_login(account_in("Moderators"))
    assert panel(client, "what-is-planned") == ""


def test_a_long_plan_is_cut_and_says_how_much_follows(editor, schedule_at):
    for number in range(7):
        schedule_at(f"harbor-{number}", (number + 1) * HOUR, headline=f"Harbor {number}")
    told = panel(editor, "what-is-planned")
    assert "Harbor 4" in told and "Harbor 5" not in told and "And 2 more" in told


def test_the_plan_is_the_earliest_of_all_kinds_and_counts_the_rest(account_in, schedule_at, published):
    for number in range(7):
        schedule_at(f"coming-{number}", (3 + number) * HOUR, until=(30 + number) * HOUR)
        expires(published(slug=f"leaving-{number}"), (2 + 2 * number) * HOUR)
    schedule_at("late", -2 * HOUR, until=HOUR)
    plan = plan_for(account_in("Editors"), clock.now())
    at = [round((one.at - clock.now()) / HOUR) for one in plan.coming.shown]
    assert at == [1, 2, 3, 4, 4] and plan.coming.more == 22 - 5
    acts = [one.act for one in plan.coming.shown]
    assert acts[:3] == [Act.WITHDRAW, Act.WITHDRAW, Act.PUBLISH]
    assert [one.act for one in plan.late.shown] == [Act.PUBLISH] and plan.late.more == 0


def test_no_more_is_loaded_than_is_shown(editor, schedule_at, published, monkeypatch):
    asked = []

    def edited(account, article_ids):
        asked.append(len(article_ids))
        return edited_by(account, article_ids)

    monkeypatch.setattr(planned, "edited_by", edited)
    monkeypatch.setattr(planned, "MOST_LATE", 2)
    for number in range(7):
        schedule_at(f"harbor-{number}", HOUR)
        expires(published(slug=f"late-{number}", headline=f"Late {number}"), (number - 9) * HOUR)
    told = panel(editor, "overdue")
    assert "Late 1" in told and "Late 2" not in told and "And 5 more" in told
    assert asked == [2, 5]


def test_the_home_asks_as_often_however_much_is_planned_late_or_failed(editor, schedule_at, published):
    def fill(names):
        for slug in names:
            schedule_at(f"{slug}-soon", HOUR)
            schedule_at(f"{slug}-late", -HOUR)
            expires(published(slug=f"{slug}-leaves"), HOUR)
            failures.note(published(slug=f"{slug}-failed").pk, Failure.Act.HAND_OVER, slug, "why")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            editor.get(HOME)
        return len(queries)

    fill("a")
    editor.get(HOME)
    once = asked()
    fill("bcdef")
    assert asked() == once


# What is overdue.


def test_what_is_overdue_is_an_alarm_with_its_button(editor, schedule_at, published, committed):
    leaving, coming = published(slug="leaving", headline="Leaving"), schedule_at("coming", -HOUR)
    expires(leaving, -HOUR)
    told = panel(editor, "overdue")
    assert "Publishing" in told and "Taking down" in told and "jobs process" in told
    assert panel(editor, "what-is-planned") == ""
    address = reverse("newsroom_carry_out")
    assert f'action="{address}"' in told
    with committed():
        answer = editor.post(address, follow=True)
    assert [str(message) for message in answer.context["messages"]]
    assert list(Story.objects.values_list("pk", flat=True)) == [coming.pk]
    assert panel(editor, "overdue") == ""


def test_where_another_was_quicker_it_says_so(editor):
    answer = editor.post(reverse("newsroom_carry_out"), follow=True, headers={"accept-language": "ja"})
    (said,) = answer.context["messages"]
    assert "実行すべきものは、もうありませんでした。" in said.message


def test_what_is_due_this_minute_is_no_alarm_yet(editor, schedule_at):
    schedule_at("coming", -dt.timedelta(seconds=20))
    assert panel(editor, "overdue") == "" and panel(editor, "what-is-planned")


def test_what_follows_on_what_did_not_happen_is_not_late_itself(editor, schedule_at):
    schedule_at("coming", -2 * HOUR, until=-HOUR)
    told = panel(editor, "overdue")
    assert "Publishing" in told and "Taking down" not in told


def test_what_failed_stands_with_its_reason_and_a_button_and_is_no_second_alarm(
    editor, schedule_at, photo_of, committed
):
    photo = photo_of()
    article = schedule_at("bad", -HOUR, lead_photo_id=photo.pk)
    photo.licence = ""
    photo.save()
    with committed():
        answer = editor.post(reverse("newsroom_carry_out"), follow=True, headers={"accept-language": "ja"})
    (said,) = answer.context["messages"]
    assert said.level_tag == "error" and "理由は下をご覧ください" in said.message
    assert panel(editor, "overdue") == ""
    told = panel(editor, "failures")
    assert "What to do" in told and reverse("wagtailadmin_pages:edit", args=[article.pk]) in told


def test_what_failed_is_overdue_once_nobody_tries_it_again(editor, schedule_at):
    article = schedule_at("bad", -HOUR)
    failures.note(article.pk, Failure.Act.PUBLISH, "Bad", "why")
    assert panel(editor, "overdue") == ""
    Failure.objects.update(tried_at=clock.now() - 2 * schedule.LATE)
    assert "Do it now" in panel(editor, "overdue") and "why" in panel(editor, "failures")
    failures.note(article.pk, Failure.Act.PUBLISH, "Bad", "why")
    assert panel(editor, "overdue") == ""


def test_only_who_may_publish_has_it_done(client, account_in, schedule_at):
    schedule_at("coming", -HOUR)
    client.force_login(account_in("Reporters"))
    told, address = panel(client, "overdue"), reverse("newsroom_carry_out")
    assert "jobs process" in told and address not in told
    assert client.post(address).status_code in (302, 403) and not Story.objects.exists()
    assert panel(client, "overdue")
    client.force_login(account_in("Editors"))
    assert client.get(address).status_code == 405


def test_who_may_not_edit_gets_no_button_to_do_so(client, account_in, published):
    failures.note(published().pk, Failure.Act.HAND_OVER, "港", "no room on the disk")
    client.force_login(account_in("Reporters"))
    told = panel(client, "failures")
    assert "no room on the disk" in told and "Edit the article" not in told


def test_what_failed_is_told_to_nobody_who_may_not_see_the_article(client, account_in, schedule_at):
    failures.note(schedule_at("secret", -HOUR).pk, Failure.Act.PUBLISH, "Embargoed", "why")
    client.force_login(account_in("Moderators"))
    assert panel(client, "failures") == ""
    client.force_login(account_in("Editors"))
    assert "Embargoed" in panel(client, "failures")


def test_what_failed_of_an_article_that_is_gone_is_told_to_who_may_publish(client, account_in, published):
    article = published()
    failures.note(article.pk, Failure.Act.HAND_OVER, "Gone", "why")
    article.delete()
    client.force_login(account_in("Reporters"))
    assert panel(client, "failures") == ""
    client.force_login(account_in("Editors"))
    assert "Gone" in panel(client, "failures")
