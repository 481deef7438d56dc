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

log = logging.getLogger(__name__)

_VERSION = 3  # another with every change of what the fold keeps


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
            fold.restore({name: kept[name] for name in kept.files})
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as why:
        log.warning("%s can't be read, the log is read from its beginning: %s", file, why)
        return None
    learnt: dict[str, Any] = told["learnt"]
    return learnt
