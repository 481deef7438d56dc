"""The database and the stores."""

import uuid
from typing import Any

import redis as redis_client
from django.conf import settings
from django.db import Error, connection

from kawaraban.audience.logstream import LogStream, NotDurable
from kawaraban.kit import clock
from kawaraban.kit.database import file as database_file
from kawaraban.kit.stores import StoreUnavailable, open_store
from kawaraban.ops import tables as wanted
from kawaraban.ops.doctor.surroundings import Found

_ANSWERS = 2.0  # seconds for Redis
_APART = 2.0  # seconds between our clock and the database's


def database() -> Found:
    try:
        if connection.vendor == "sqlite":
            return _sqlite()
        return _postgres()
    except Error as why:
        if (lies := database_file()) and not lies.exists():
            return (
                "wrong",
                f"There is no database at {lies}.",
                "If there was a publication, put its database back here: readers still get every page that "
                "was pressed. Only for a new one run `kawaraban rebuild --migrate`.",
            )
        said = str(why).strip().splitlines()[0] if str(why).strip() else type(why).__name__
        return (
            "wrong",
            f"The database can't be used: {said}.",
            "Readers still get every page that was pressed. Start it, or see to DATABASE_URL and the disk.",
        )
    finally:
        connection.close()


def tables() -> Found:
    try:
        if not wanted.are_there():
            return (
                "wrong",
                f"The database is empty: {database_file() or settings.DATABASES['default']['NAME']}.",
                "If there was a publication, put its database back here: stop, and take the copy. "
                "Only for a new one run `kawaraban rebuild --migrate`.",
            )
        if wanted.are_up_to_date():
            return "well", "The tables are those that this code wants.", ""
        return "wrong", "The tables are of another release.", "Run `kawaraban rebuild --migrate`."
    except Error:
        return "odd", "Can't be told without the database.", ""
    finally:
        connection.close()


def redis() -> Found:
    address = settings.STORE_URL
    if not address.startswith("redis"):
        return "well", "Not used: plates and editions lie elsewhere.", ""
    client: Any = redis_client.Redis.from_url(address, socket_timeout=3, socket_connect_timeout=2)
    try:
        memory = client.info("memory")
    except redis_client.RedisError as why:
        return (
            "wrong",
            f"Redis can't be used: {why}.",
            "Pages in memory are still served. Start it, or see to REDIS_URL.",
        )
    finally:
        client.close()
    policy, most = memory.get("maxmemory_policy", ""), int(memory.get("maxmemory", 0))
    used, may = memory.get("used_memory_human", "?"), memory.get("maxmemory_human", "?")
    said = f"Redis has {used} in use of {may} ({policy})."
    if most and not policy.startswith("allkeys"):
        return (
            "wrong",
            said,
            "Once full it refuses new plates: set `maxmemory-policy allkeys-lru`; all can be made again.",
        )
    if not most:
        return "odd", said, "It may take all of the machine's memory: set `maxmemory`, and `allkeys-lru`."
    return "well", said, ""


def stores() -> Found:
    """Whether plates and editions can be put and read."""
    key = f"doctor:{uuid.uuid4()}"
    for name in ("plates", "editions"):
        store = open_store(name, settings.VAR, settings.STORE_URL)
        try:
            store.put(key, b"well?")
            found = store.get(key)
            store.delete(key)
        except StoreUnavailable as why:
            return (
                "wrong",
                f"The store of {name} can't be written: {why}.",
                "Readers get what was pressed before. See to the disk, or to the store's service.",
            )
        if found is None or found[1] != b"well?":
            return "wrong", f"The store of {name} forgets at once.", "Is its memory full?"
    return "well", "Plates and editions can be put and read.", ""


def audience() -> Found:
    """Whether what readers did is kept once it is acknowledged."""
    if not settings.AUDIENCE_URL:
        return "well", "Readers' events lie in a file, every commit on the disk.", ""
    try:
        LogStream(settings.AUDIENCE_URL, _ANSWERS).make_sure()
    except NotDurable as why:
        return "wrong", str(why), "Set it, in its configuration file too: nothing is counted meanwhile."
    except OSError as why:
        return "wrong", f"Readers aren't counted: {why}.", "Start it, or see to AUDIENCE_URL."
    return "well", "Readers' events lie in Redis, every commit on its disk.", ""


def _sqlite() -> Found:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        lasting = int(cursor.fetchone()[0])
        cursor.execute("PRAGMA quick_check(1)")
        sound = cursor.fetchone()[0]
    file = database_file()
    if sound != "ok":
        return "wrong", f"{file} is damaged: {sound}.", "Stop the publication and take yesterday's copy."
    if mode != "wal" or lasting < 2:
        return (
            "wrong",
            f"SQLite at {file} is in mode {mode}, synchronous {lasting}.",
            "Something else has opened it otherwise: it should be wal, and 2 (FULL).",
        )
    return "well", f"SQLite at {file}, {mode}, every commit on the disk.", ""


def _postgres() -> Found:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), extract(epoch FROM clock_timestamp())")
        version, theirs = cursor.fetchone()
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
        commits, fsync = cursor.fetchone()
    apart = abs(clock.stamp(clock.now()) - float(theirs))
    if apart > _APART:
        return "wrong", f"PostgreSQL's clock and ours are {apart:.0f} s apart.", "Have both kept right (NTP)."
    if commits == "off" or fsync == "off":
        return (
            "wrong",
            f"PostgreSQL {version} has synchronous_commit {commits} and fsync {fsync}.",
            "What was acknowledged may be lost in a power cut: set both on.",
        )
    return "well", f"PostgreSQL {version}.", ""
