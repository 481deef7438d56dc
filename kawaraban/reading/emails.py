"""An address that people read and programs that collect addresses don't.

In the page's source stands `name<wbr>＠<wbr>example<wbr>.com` with a full-width sign, which is read
aloud as what it is; beside it, turned round, what the script makes a link of once somebody moves.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Disguised:
    """`name` and `domain` (its labels) for people, `turned` for the script."""

    name: str
    domain: tuple[str, ...]
    turned: str


def disguised(address: str) -> Disguised | None:
    """None where there is no address."""
    name, _, domain = address.partition("@")
    if not name or not domain:
        return None
    return Disguised(name, tuple(domain.split(".")), f"{domain[::-1]} {name[::-1]}")
