"""The one script of the readers' pages, of two parts. Everything works without it."""

import functools
import hashlib
from pathlib import Path


@functools.cache
def script() -> tuple[str, bytes]:
    """The script's name, with a hash of its content in it, and its bytes."""
    folder = Path(__file__).parent
    body = b"".join((folder / name).read_bytes() for name in ("beacon.js", "reader.js"))
    return f"reader.{hashlib.sha256(body).hexdigest()[:12]}.js", body
