"""The one script of the readers' pages. Everything works without it."""

import functools
import hashlib
from pathlib import Path


@functools.cache
def script() -> tuple[str, bytes]:
    """The script's name, with a hash of its content in it, and its bytes."""
    body = (Path(__file__).parent / "reader.js").read_bytes()
    return f"reader.{hashlib.sha256(body).hexdigest()[:12]}.js", body
