"""A secret that is made once and kept in a file only its owner can read."""

import os
import secrets
from pathlib import Path


def kept_secret(file: Path, characters: int = 64) -> str:
    """The secret in `file`; made there first if there is none.

    Two processes that start together agree: the file is created exclusively, the loser reads it.
    """
    try:
        return file.read_text("ascii")
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    fresh = secrets.token_urlsafe(characters)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(fresh)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(beside, file)
    except FileExistsError:
        return file.read_text("ascii")
    finally:
        beside.unlink()
    return fresh
