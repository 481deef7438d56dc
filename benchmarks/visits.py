"""A reader's single requests to a server under measurement."""

import json
import urllib.request


def fetched(url: str, encoding: str = "identity") -> bytes:
    """The body as it comes over the wire."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def send_beacon(base: str, agent: str, beacon: dict[str, object]) -> None:
    request = urllib.request.Request(
        f"{base}/_/beacon",
        data=json.dumps(beacon).encode(),
        headers={"Content-Type": "application/json", "User-Agent": agent},
    )
    urllib.request.urlopen(request, timeout=10).close()
