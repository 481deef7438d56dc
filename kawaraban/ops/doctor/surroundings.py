"""The machine and the settings: what can be told without a database."""

import os
import shutil
import stat
import sys
import time
import urllib.error
import urllib.request
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings

from kawaraban.audience.addresses import trusted

Found = tuple[Literal["well", "odd", "wrong"], str, str]

_LITTLE, _TOO_LITTLE = 2 * 1024**3, 200 * 1024**2  # bytes of free disk
_SLOW_DISK = 0.1  # seconds of an fsync
_FAST_DISK = 20e-6  # below that nothing reaches a disk
_BUILT = 1_750_000_000  # seconds since 1970: no clock can be right that is before this code


def python() -> Found:
    if sys.version_info[:2] != (3, 11):
        return "wrong", f"Python {sys.version.split()[0]} runs this.", "Install Python 3.11 and `make` again."
    return "well", f"Python {sys.version.split()[0]}.", ""


def disk() -> Found:
    """Room, and how long a write takes that is to last."""
    trial = settings.VAR / f".doctor-{os.getpid()}"
    try:
        with trial.open("wb") as file:
            file.write(bytes(4096))
            began = time.perf_counter()
            file.flush()
            os.fsync(file.fileno())
            took = time.perf_counter() - began
    except OSError as why:
        return (
            "wrong",
            f"{settings.VAR} can't be written: {why.strerror}.",
            "Free some room, or give the folder to the user that runs this.",
        )
    finally:
        trial.unlink(missing_ok=True)
    free = shutil.disk_usage(settings.VAR).free
    said = f"{free / 1024**3:.1f} GiB free at {settings.VAR}; a write that lasts takes {took * 1000:.1f} ms."
    if free < _TOO_LITTLE:
        return "wrong", said, "Free some room before beacons and comments are refused."
    if free < _LITTLE:
        return "odd", said, "Free some room soon."
    if took > _SLOW_DISK:
        return "odd", said, "Every beacon and comment waits for this: move the folder to a quicker disk."
    if took < _FAST_DISK:
        return "odd", said, "Too quick for a disk: what lies here may not outlive a power cut."
    return "well", said, ""


def clock_on_the_wall() -> Found:
    now, file = time.time(), settings.VAR / f".doctor-clock-{os.getpid()}"
    try:
        file.touch()
        apart = abs(file.stat().st_mtime - now)
    finally:
        file.unlink(missing_ok=True)
    if now < _BUILT:
        return "wrong", f"The clock says {time.ctime(now)}.", "Set it, and have it kept right (NTP)."
    if apart > 5:
        return "wrong", f"The clock and the disk's are {apart:.0f} s apart.", "Have both kept right (NTP)."
    return "well", f"The clock says {time.strftime('%Y-%m-%d %H:%M:%S %Z', time.localtime(now))}.", ""


def secret() -> Found:
    if os.environ.get("SECRET_KEY"):
        if len(settings.SECRET_KEY) < 50:
            return (
                "wrong",
                "SECRET_KEY is short.",
                "Take 64 random characters, or none: one is then made and kept.",
            )
        return "well", "SECRET_KEY is from the environment.", ""
    file = settings.VAR / "secret"
    if not file.is_file():
        return "wrong", f"There is no {file}.", "Start any command as the user that runs the publication."
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return (
            "wrong",
            f"Others can read {file} (mode {mode:o}).",
            f"chmod 600 {file}; then all must sign in again.",
        )
    return "well", f"{file} is its owner's alone.", ""


def addresses() -> Found:
    """PUBLIC_URL, ALLOWED_HOSTS and TRUSTED_PROXY, against each other."""
    try:
        trusted(settings.TRUSTED_PROXY)
    except ValueError as why:
        return "wrong", f"TRUSTED_PROXY: {why}.", "Name addresses or networks, with commas between."
    public = urlsplit(settings.PUBLIC_URL)
    host = public.hostname or ""
    if not host:
        return "wrong", f"PUBLIC_URL is “{settings.PUBLIC_URL}”.", "Set PUBLIC_URL=https://your.name."
    if host not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return "wrong", f"{host} is not in ALLOWED_HOSTS.", f"Add {host} to ALLOWED_HOSTS."
    if _is_here(host):
        return (
            "odd",
            f"PUBLIC_URL is {settings.PUBLIC_URL}.",
            "Fine for a trial. For readers set PUBLIC_URL=https://….",
        )
    if public.scheme != "https":
        return "odd", f"{settings.PUBLIC_URL} is not encrypted.", "Have the web server in front speak TLS."
    return "well", f"{settings.PUBLIC_URL}.", ""


def media() -> Found:
    folder = settings.MEDIA_ROOT
    if not folder.exists():
        return "well", f"No photos yet; they will lie in {folder}.", ""
    if not os.access(folder, os.W_OK | os.X_OK):
        return "wrong", f"{folder} can't be written.", "Give it to the user that runs the publication."
    return "well", f"Photos lie in {folder}.", ""


def front_door() -> Found:
    """Who answers at the publication's address."""
    help_ = "Put nginx or Varnish in front: `kawaraban config nginx` prints the configuration."
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    request = urllib.request.Request(settings.PUBLIC_URL, method="HEAD")  # noqa: S310 - our own setting
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:  # noqa: S310
            server = answer.headers.get("Server") or ""
    except urllib.error.HTTPError as why:
        server = why.headers.get("Server") or ""
        if why.code >= 500:
            return (
                "wrong",
                f"{settings.PUBLIC_URL} answers {why.code} ({server}).",
                "See the log of what stands there.",
            )
    except (OSError, ValueError) as why:
        state: Literal["odd", "wrong"] = "odd" if _is_here(host) else "wrong"
        return (
            state,
            f"Nobody answers at {settings.PUBLIC_URL}: {why}.",
            "Start `kawaraban serve`, and what is in front.",
        )
    if "granian" in server.lower():
        if _is_here(host):
            return "odd", "The application answers by itself.", f"Fine for a trial. {help_}"
        return "wrong", "The application is before readers by itself.", help_
    if not settings.TRUSTED_PROXY:
        return (
            "odd",
            f"{server or 'A web server'} stands in front, and TRUSTED_PROXY is not set here.",
            "Without it all readers count as one: set TRUSTED_PROXY to its address (not for a --socket).",
        )
    return "well", f"{server or 'A web server'} stands in front.", ""


def _is_here(host: str) -> bool:
    return host.startswith("127.") or host in ("localhost", "::1")
