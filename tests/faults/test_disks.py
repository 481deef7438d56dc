"""Disks that are full, or fail now and then: small ones that are mounted, and libfiu's errors."""

import contextlib
import errno
import subprocess
import time

import pytest

from tests.faults.house import ADDRESSES, LONG, served
from tests.faults.load import Load
from tests.publication import until

FOR = 60 if LONG else 2  # seconds
FILLED = 120  # seconds: on a busy machine readers fill what room there is in the files but slowly
STORES = ("plates.db", "editions.db")


class Disk:
    """A small file system of its own."""

    def __init__(self, folder, megabytes=1):
        self.folder, self._filling = folder, folder / "somebody-elses"
        folder.mkdir()
        self._run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))

    def fill(self):
        """Takes all the room that is left."""
        with contextlib.suppress(OSError), self._filling.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def make_room(self):
        self._filling.unlink()

    def forbid_writing(self):
        self._run("mount", "-o", "remount,ro", str(self.folder))

    def allow_writing(self):
        self._run("mount", "-o", "remount,rw", str(self.folder))

    def close(self):
        self._run("umount", "--lazy", str(self.folder))

    def _run(self, *command):
        subprocess.run(command, check=True)


@pytest.fixture
def disk(tmp_path):
    one = Disk(tmp_path / "disk")
    yield one
    one.close()


def lay(house, names, disk):
    """Has these files of the house begin anew on a disk of their own."""
    for name in names:
        for file in house.var.glob(f"{name}*"):
            file.unlink()
        (house.var / name).symlink_to(disk.folder / name)


@pytest.mark.mounting
def test_a_log_without_room_stops_beacons_alone(copied, disk):
    house = copied("log")
    lay(house, ["audience.db"], disk)
    with served(house), Load(house) as load:
        disk.fill()
        until(lambda: house.read()[1] == 503, FILLED)
        end = time.monotonic() + FOR
        while time.monotonic() < end:
            house.still_serves()
            house.takes_no_beacon()
        comments = load.acknowledged()[1]
        until(lambda: load.acknowledged()[1] > comments, 30)
        disk.make_room()
        house.recovers()
    load.nothing_is_lost_or_doubled()


@pytest.mark.mounting
def test_stores_without_room_stop_nothing(copied, disk):
    house = copied("stores")
    lay(house, STORES, disk)
    with served(house), Load(house) as load:
        disk.fill()
        until(lambda: any(word in house.said.read_text() for word in ("is full", "disk I/O error")), 30)
        end = time.monotonic() + FOR
        while time.monotonic() < end:
            house.still_serves()
            assert house.get("/topics/harbor-3/").status == 200
        before = load.acknowledged()
        until(lambda: all(now > then for now, then in zip(load.acknowledged(), before, strict=True)), 30)
        disk.make_room()
        house.recovers()
    load.nothing_is_lost_or_doubled()


@pytest.mark.mounting
def test_a_full_disk_stops_what_readers_send_alone(copied, tmp_path):
    disk = Disk(tmp_path / "whole", megabytes=24)
    try:
        house = copied("whole", to=disk.folder / "var")
        with served(house), Load(house) as load:
            disk.fill()
            # There is some room in what the files have taken already.
            until(lambda: house.read()[1] == 503, FILLED)
            until(lambda: house.comment(f"満杯 {time.time()}")[1].status == 503, FILLED)
            end = time.monotonic() + FOR
            while time.monotonic() < end:
                house.still_serves()
                house.takes_no_beacon()
                house.takes_no_comment()
            disk.make_room()
            house.recovers()
        load.nothing_is_lost_or_doubled()
    finally:
        disk.close()


@pytest.mark.mounting
@pytest.mark.parametrize(
    ("harm", "mend", "why"),
    [
        (Disk.fill, Disk.make_room, "No space left on device"),
        (Disk.forbid_writing, Disk.allow_writing, "Read-only file system"),
    ],
    ids=["full", "read-only"],
)
def test_a_house_is_not_opened_on_such_a_disk_and_says_so_in_a_line(copied, tmp_path, harm, mend, why):
    disk = Disk(tmp_path / "whole", megabytes=24)
    try:
        house = copied("unopened", to=disk.folder / "var")
        (tmp_path / "unopened").symlink_to(house.var)
        house.var = tmp_path / "unopened"  # so that what it says lies on another disk
        harm(disk)
        house.begin()
        assert house.keeper.wait(60) == 2
        said = house.said.read_text()
        assert said.count("\n") == 1 and why in said, said
        mend(disk)
        with served(house):
            house.still_serves()
    finally:
        disk.close()


@pytest.fixture(scope="module")
def failing(copied):
    """A house to whose processes libfiu tells when the system is to fail."""
    house = copied("failing")
    house.more = {
        "LD_PRELOAD": "/usr/lib/fiu/fiu_run_preload.so /usr/lib/fiu/fiu_posix_preload.so",
        "FIU_CTRL_FIFO": str(house.var.parent / "fiu"),
    }
    with served(house):
        yield house


@contextlib.contextmanager
def failures(house, points, error, probability):
    """Calls at these points fail with that error, now and then or each time."""
    way = "enable" if probability == 1 else "enable_random"
    more = "" if probability == 1 else f",probability={probability}"
    _tell(house, [f"{way} name={point},failinfo={error}{more}" for point in points])
    try:
        yield
    finally:
        _tell(house, [f"disable name={point}" for point in points])


def _tell(house, commands):
    told = [part for command in commands for part in ("-c", command)]
    pids = map(str, house.processes)
    subprocess.run(["fiu-ctrl", "-f", house.more["FIU_CTRL_FIFO"], *told, *pids], check=True, timeout=60)


WRITES, SYNCS = ("posix/io/rw/pwrite",), ("posix/io/sync/fsync", "posix/io/sync/fdatasync")


@pytest.mark.fiu
@pytest.mark.parametrize(
    ("points", "error"),
    [(WRITES, errno.ENOSPC), (WRITES, errno.EIO), (WRITES, errno.EROFS), (SYNCS, errno.EIO)],
    ids=["no room", "writes fail", "read-only", "syncs fail"],
)
def test_a_disk_that_takes_nothing_stops_what_readers_send_alone(failing, points, error):
    with Load(failing) as load:
        with failures(failing, points, error, 1):
            until(lambda: failing.read()[1] == 503, 30)
            until(lambda: failing.comment(f"だめです {time.time()}")[1].status == 503, 30)
            end = time.monotonic() + FOR
            while time.monotonic() < end:
                failing.still_serves()
                failing.takes_no_beacon()
                failing.takes_no_comment()
        failing.recovers()
    load.nothing_is_lost_or_doubled()


@pytest.mark.fiu
def test_a_disk_that_fails_now_and_then_loses_nothing_that_was_promised(failing):
    with Load(failing) as load:
        with failures(failing, WRITES, errno.EIO, 0.05), failures(failing, SYNCS, errno.EIO, 0.05):
            before, end = load.acknowledged(), time.monotonic() + 2 * FOR
            while time.monotonic() < end:
                failing.still_serves()
            until(lambda: load.acknowledged()[0] > before[0] + 20 and load.acknowledged()[1] > before[1], 60)
        failing.recovers(ADDRESSES[9])
    load.nothing_is_lost_or_doubled()
