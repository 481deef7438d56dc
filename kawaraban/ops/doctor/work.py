"""What the house is at: jobs, the schedule, plates."""

from itertools import islice

from django.conf import settings
from django.db import Error, connection

from kawaraban.audience import deadletters
from kawaraban.discussion import changes as discussions
from kawaraban.kit import clock
from kawaraban.kit.stores import StoreUnavailable, open_store
from kawaraban.newsroom import changes
from kawaraban.newsroom import schedule as scheduled
from kawaraban.newsroom.failures import Failure
from kawaraban.ops.doctor.surroundings import Found
from kawaraban.press.plates import plates as all_plates
from kawaraban.press.stamps import dress
from kawaraban.rails.editions import BUDGET
from kawaraban.rails.shelf import Shelf
from kawaraban.stories import following

_LOOKED_AT = 500  # plates
_UNKNOWN: Found = ("odd", "Can't be told without the database.", "")


def jobs() -> Found:
    """The jobs renew the edition twice a minute, whatever readers do."""
    edition = Shelf(open_store("editions", settings.VAR, settings.STORE_URL)).current()
    if not edition.number:
        return "wrong", "The jobs have never run.", "Start `kawaraban serve`."
    age = clock.stamp(clock.now()) - edition.as_of
    if age < -5:
        return (
            "wrong",
            f"The newest edition is from {-age:.0f} s ahead.",
            "The clock was set back: see to NTP.",
        )
    if age > BUDGET:
        return (
            "wrong",
            f"The jobs don't run, or count a long log of readers: the newest edition is {age:.0f} s old.",
            "Start `kawaraban serve`; if it runs, its log says why they fail, and its metrics how much of the"
            " log is left to count.",
        )
    return "well", f"The jobs run: the newest edition is {age:.0f} s old.", ""


def readers() -> Found:
    """What lies in the log of readers and could not be counted; the house that leads knows of it."""
    file = settings.VAR / deadletters.FILE
    letters = deadletters.DeadLetters(file).all() if file.exists() else []
    if letters:
        seq, why, _ = letters[-1]
        return (
            "odd",
            f"{len(letters)} events of readers were not counted; of the last, number {seq}: {why}.",
            "See to the clocks, and to what wrote into the log; `var/dead_letters.db` holds all of them"
            " and may be thrown away.",
        )
    return "well", "What readers did is counted.", ""


def schedule() -> Found:
    try:
        overdue = scheduled.overdue(clock.now())
    except Error:
        return _UNKNOWN
    finally:
        connection.close()
    if overdue:
        return (
            "wrong",
            f"{overdue} stories should be out, or gone, for a minute or longer.",
            "See whether the jobs run; the newsroom's front page says why one can't be published.",
        )
    return "well", "Nothing is overdue.", ""


def failures() -> Found:
    try:
        failed = [str(one) for one in Failure.objects.all()[:3]]
        number = Failure.objects.count()
    except Error:
        return _UNKNOWN
    finally:
        connection.close()
    if failed:
        return (
            "wrong",
            f"{number} stories could not be brought before readers: {'; '.join(failed)}",
            "Edit them.",
        )
    return "well", "Every story that was published is before readers.", ""


def what_follows() -> Found:
    """Of each publication, change and comment: index, plates, a web server in front.

    All is run again and again.
    """
    try:
        undone, untold, unsaid = following.undone(), changes.undone(), discussions.undone()
    except Error:
        return _UNKNOWN
    finally:
        connection.close()
    if undone:
        return (
            "wrong",
            f"{undone} publications or withdrawals have not reached all of search, plates and a web server.",
            "The log of `kawaraban serve` says which step fails; all are run again every few seconds.",
        )
    if untold:
        return (
            "wrong",
            f"{untold} changes of what many pages show (a filing, a person, a photo, the settings) have"
            " not reached all of them.",
            "The log of `kawaraban serve` says which step fails; all are run again every few seconds.",
        )
    if unsaid:
        return (
            "wrong",
            f"The pages of {unsaid} stories may show a discussion that is not as decided any more.",
            "The log of `kawaraban serve` says which step fails; all are run again every few seconds.",
        )
    return "well", "All that follows publications, changes and comments was done.", ""


def plates() -> Found:
    """How many of the plates are as this release would press them now."""
    kept = all_plates()
    try:
        marks, ours = kept.outdating.now(), dress()
        addresses = list(kept.addresses())
        looked_at = [kept.get(address) for address in islice(addresses, _LOOKED_AT)]
    except StoreUnavailable as why:
        return "wrong", f"The plates can't be read: {why}.", "See to the disk, or to the store's service."
    # One of a format that this release does not read is pressed again, as an old one is.
    found = [one[1].condition(marks, ours) if one else "old" for one in looked_at]
    if not found:
        return (
            "odd",
            "There are no plates.",
            "`kawaraban rebuild` presses all; else each when it is asked for.",
        )
    new = sum(one == "new" for one in found)
    said = f"{len(addresses)} plates; of {len(found)} looked at, {100 * new // len(found)} % are new."
    if new < len(found) / 2:
        return (
            "odd",
            said,
            "After a release they are pressed as they are asked for; `kawaraban rebuild` presses all.",
        )
    return "well", said, ""
