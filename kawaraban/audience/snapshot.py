"""The fold in a file, so that a house that starts again reads only the log's tail.

Written beside the former one and put in its place in one step: whoever is killed leaves a whole one.
"""

import logging
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from kawaraban.audience.fold import Fold
from kawaraban.audience.visitors import day_of
from kawaraban.kit import garbage

log = logging.getLogger(__name__)

FILE = "fold.npz"
_VERSION = 3  # another with every change of what the fold keeps
_UNSOUND = (ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile)


def write(file: Path, fold: Fold, learnt: dict[str, Any]) -> None:
    """Keeps the fold, and what was learnt beside it (JSON). Raises OSError."""
    told = {"version": _VERSION, "learnt": learnt}
    arrays: dict[str, npt.NDArray[Any]] = {
        "told": np.frombuffer(orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY), np.uint8),
        **fold.kept(),
    }
    beside = file.with_suffix(".new")
    with beside.open("wb") as written:
        np.savez(written, allow_pickle=False, **arrays)
        written.flush()
        os.fsync(written.fileno())
    beside.replace(file)


def read(file: Path, fold: Fold) -> dict[str, Any] | None:
    """Has the fold go on from the file; what was learnt, or None where there is no sound one."""
    if not file.exists():
        return None
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            told: dict[str, Any] = orjson.loads(kept["told"].tobytes())
            if told["version"] != _VERSION:
                raise ValueError(f"version {told['version']}")
            arrays = {name: kept[name] for name in kept.files}
        with garbage.not_looked_for():
            fold.restore(arrays)
    except (OSError, *_UNSOUND) as why:
        log.warning("%s can't be read, the log is read from its beginning: %s", file, why)
        return None
    learnt: dict[str, Any] = told["learnt"]
    return learnt


def forget_former_days(file: Path, now: float) -> None:
    """Leaves no visitor of a day that is over in the file; one that nobody can read goes. Raises OSError.

    Whoever goes on counting writes the file anew only once somebody comes, and another house may lead.
    """
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            version, day = orjson.loads(kept["told"].tobytes())["version"], int(kept["uniques day"])
    except FileNotFoundError:
        return
    except _UNSOUND:
        version, day = None, 0
    if version != _VERSION:
        file.unlink(missing_ok=True)
    elif day and day != day_of(now):  # a day ahead is a wrong clock's
        fold = Fold()
        learnt = read(file, fold)
        fold.forget_visitors()
        write(file, fold, learnt or {})
