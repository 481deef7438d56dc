"""Reading what strace saw of a process that answers beacons."""

import re

_CALL = re.compile(
    r"\b(pwrite64|write|fsync|fdatasync|recvfrom|read|readv|sendto|writev|sendmsg)\((\d+)<([^>]*)>"
)
SEEN = "pwrite64,write,fsync,fdatasync,recvfrom,read,readv,sendto,writev,sendmsg"


def acknowledgments(trace):
    """(sound, unsound) of one reader's beacons, each sent when the last had been answered.

    Sound is a 204 that goes out when, since its beacon came in, the log was written and then synced.
    """
    written = synced = False
    sound = unsound = 0
    for line in _whole(trace):
        found = _CALL.search(line)
        if found is None:
            continue
        call, _, file = found.groups()
        if file.endswith("-wal"):
            if "sync" in call:
                synced = written
            elif "write" in call:
                written, synced = True, False
        elif "POST /_/beacon" in line:
            written = synced = False
        elif "HTTP/1.1 204" in line:
            sound, unsound = (sound + 1, unsound) if written and synced else (sound, unsound + 1)
    return sound, unsound


def _whole(trace):
    """Lines in the order in which calls ended: a sync counts when it is done, not when it is begun."""
    begun = {}
    for line in trace.splitlines():
        thread = line.split(maxsplit=1)[0]
        if line.endswith("<unfinished ...>"):
            begun[thread] = line.removesuffix("<unfinished ...>")
        elif " resumed>" in line and thread in begun:
            yield begun.pop(thread) + line.partition(" resumed>")[2]
        else:
            yield line
