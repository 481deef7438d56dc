"""Zstandard, for plates and for readers. What packs and unpacks costs more to make than to use once."""

import threading

import zstandard

_of_thread = threading.local()


def zstd_packed(body: bytes) -> bytes:
    if not hasattr(_of_thread, "packer"):
        _of_thread.packer = zstandard.ZstdCompressor(level=3)
    packed: bytes = _of_thread.packer.compress(body)
    return packed


def zstd_unpacked(packed: bytes) -> bytes:
    """Raises `zstandard.ZstdError` for what isn't whole."""
    if not hasattr(_of_thread, "unpacker"):
        _of_thread.unpacker = zstandard.ZstdDecompressor()
    body: bytes = _of_thread.unpacker.decompress(packed)
    return body
