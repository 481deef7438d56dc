"""What is published, and taken down, at a set time."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from kawaraban.kit import clock
from kawaraban.newsroom import filing, schedule
from kawaraban.newsroom.articles import Article
from kawaraban.newsroom.failures import Failure
from kawaraban.stories.models import Story


@pytest.fixture
def scheduled(draft_of, committed, monkeypatch):
    """An article whose time came a minute ago."""

    def make(slug, **changes):
        with monkeypatch.context() as earlier:
            earlier.setattr(timezone, "now", lambda: clock.now() - dt.timedelta(hours=2))
            with committed():
                article = filing.file(draft_of(slug=slug, **changes), publish=False)
                article.go_live_at = clock.now() - dt.timedelta(minutes=1)
                article.save_revision().publish()
        return article

    return make


def test_one_that_fails_stops_no_other_and_stays_scheduled(scheduled, photo_of, committed):
    photo = photo_of()
    bad, good = scheduled("bad", lead_photo_id=photo.pk), scheduled("good")
    assert not Story.objects.exists()
    photo.licence = ""
    photo.save()
    with committed():
        done = schedule.publish_due(clock.now())
    assert (done.published, done.failed) == ((good.pk,), (bad.pk,))
    assert Story.objects.get().pk == good.pk
    bad.refresh_from_db()
    assert (not bad.live and bad.status_string == "scheduled") or bad.approved_schedule
    assert "利用条件" in Failure.objects.get().reason
    with committed():
        schedule.publish_due(clock.now())
    assert Failure.objects.get().tries == 2
    photo.licence = "社内"
    photo.save()
    with committed():
        assert schedule.publish_due(clock.now()).published == (bad.pk,)
    assert Story.objects.count() == 2 and not Failure.objects.exists()


def test_nothing_is_published_before_its_time(scheduled, committed):
    scheduled("harbor")
    with committed():
        assert schedule.publish_due(clock.now() - dt.timedelta(hours=1)) == schedule.Round()
    assert not Story.objects.exists()


def test_what_is_overdue_is_counted_once_it_is_late_and_whether_it_failed_or_not(
    scheduled, published, committed, photo_of
):
    photo = photo_of()
    scheduled("bad", lead_photo_id=photo.pk)
    leaving = published(slug="leaving")
    photo.licence = ""
    photo.save()
    due = clock.now() - dt.timedelta(minutes=1)
    schedule.scheduled().update(approved_go_live_at=due)
    Article.objects.filter(pk=leaving.pk).update(expire_at=due)
    assert schedule.overdue(due + dt.timedelta(seconds=59)) == 0
    assert schedule.overdue(due + schedule.LATE) == 2
    schedule.publish_due(clock.now())
    assert Failure.objects.exists() and schedule.overdue(due + schedule.LATE) == 1


def test_what_has_expired_is_taken_down(published, committed):
    article = published()
    article.expire_at = clock.now() - dt.timedelta(minutes=1)
    article.save()
    with committed():
        assert schedule.publish_due(clock.now()).expired == (article.pk,)
    article.refresh_from_db()
    assert article.expired and not Story.objects.exists()


def test_a_schedule_that_was_cancelled_is_no_failure_any_more(scheduled, photo_of, committed):
    photo = photo_of()
    article = scheduled("bad", lead_photo_id=photo.pk)
    photo.credit = ""
    photo.save()
    schedule.publish_due(clock.now())
    article.scheduled_revision.delete()
    schedule.publish_due(clock.now())
    assert not Failure.objects.exists()


@pytest.fixture
def meanwhile():
    """Has an editor do something while the round is at its first article."""
    connected = []

    def during(signal, first, edit):
        def once(instance, **_):
            if instance.pk == first.pk:
                edit()

        signal.connect(once, weak=False)
        connected.append((signal, once))

    yield during
    for signal, once in connected:
        signal.disconnect(once)


def test_a_version_that_an_editor_published_meanwhile_is_not_overwritten(scheduled, committed, meanwhile):
    first, article = scheduled("first"), scheduled("second")

    def edit():
        newer = Article.objects.get(pk=article.pk)
        newer.title, newer.go_live_at = "Newer", None
        newer.save_revision().publish()

    meanwhile(page_published, first, edit)
    with committed():
        assert schedule.publish_due(clock.now()) == schedule.Round(published=(first.pk,))
    assert Story.objects.get(pk=article.pk).headline == "Newer" and not Failure.objects.exists()


def test_what_an_editor_cancelled_meanwhile_is_not_published(scheduled, committed, meanwhile):
    first, article = scheduled("first"), scheduled("second")
    meanwhile(page_published, first, lambda: article.revisions.update(approved_go_live_at=None))
    with committed():
        assert schedule.publish_due(clock.now()) == schedule.Round(published=(first.pk,))
    assert not Article.objects.get(pk=article.pk).live and not Failure.objects.exists()


@pytest.mark.parametrize("for_good", [True, False])
def test_a_version_that_failed_until_its_own_time_was_over_goes_out_no_more(
    published, photo_of, committed, for_good
):
    now = clock.now()
    photo, article = photo_of(), published()
    article.expire_at = now + dt.timedelta(hours=2)
    article.save_revision().publish()
    article.lead_photo_id, article.go_live_at = photo.pk, now + dt.timedelta(hours=1)
    article.expire_at = None if for_good else article.expire_at
    article.save_revision().publish()
    photo.licence = ""
    photo.save()
    with committed():
        assert schedule.publish_due(now + dt.timedelta(hours=1)).failed == (article.pk,)
    with committed():
        assert schedule.publish_due(now + dt.timedelta(hours=2)).expired == (article.pk,)
    photo.licence = "社内"
    photo.save()
    with committed():
        late = schedule.publish_due(now + dt.timedelta(hours=3))
    assert late.published == ((article.pk,) if for_good else ())


@pytest.mark.parametrize("stays", [True, False])
def test_taking_down_loses_nothing_that_an_editor_saved_meanwhile(published, committed, meanwhile, stays):
    first, article = published(slug="first"), published(slug="second")
    past = clock.now() - dt.timedelta(minutes=2)
    Article.objects.filter(pk=first.pk).update(expire_at=past)
    Article.objects.filter(pk=article.pk).update(expire_at=past + dt.timedelta(minutes=1))

    def edit():
        changes = {"expire_at": None} if stays else {}
        Article.objects.filter(pk=article.pk).update(title="Newer", **changes)

    meanwhile(page_unpublished, first, edit)
    with committed():
        schedule.publish_due(clock.now())
    article.refresh_from_db()
    assert (article.live, article.title) == (stays, "Newer")
