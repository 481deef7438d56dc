"""What time it is, asked in one place, so that tests can say."""

import datetime as dt


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def stamp(moment: dt.datetime) -> float:
    """Seconds since 1970, as editions and the log keep times."""
    return moment.timestamp()


def moment(stamp: float) -> dt.datetime:
    """The inverse of `stamp`, in UTC."""
    return dt.datetime.fromtimestamp(stamp, dt.UTC)
