"""The one script of the readers' pages, of two parts, without its comments. All works without it."""

import functools
import hashlib
from pathlib import Path

import rjsmin


@functools.cache
def script() -> tuple[str, bytes]:
    """The script's name, with a hash of its content in it, and its bytes."""
    folder = Path(__file__).parent
    written = "".join((folder / name).read_text("utf-8") for name in ("beacon.js", "reader.js"))
    body = rjsmin.jsmin(written).encode()
    return f"reader.{hashlib.sha256(body).hexdigest()[:12]}.js", body
