"""Which two neighbouring places of a rail are swapped in an edition: known from its number alone.

Readers choose what stands first because it stands first. Swapping neighbours now and then, by chance,
tells how much (Joachims, Swaminathan and Schnabel, "Unbiased Learning-to-Rank with Biased Feedback",
WSDM 2017, section 5.3): over many editions both places have held the same stories equally often. The
edition decides, not the reader: pages stay the same for all, and who counts a click needs no list of
what was swapped.
"""

import functools

# The rails whose choices are learnt from, and how many places each has.
LEARNT = {"also-read": 8, "recommended": 5}
# What a session has filled anew takes the place of Recommended, but other chances order it: it is counted
# by itself, and nothing is swapped in it.
AFTER_READ = "after-read"
COUNTED = {**LEARNT, AFTER_READ: LEARNT["recommended"]}
SHARE = 0.2  # of the editions have two places of such a rail swapped

_WORD = (1 << 64) - 1
_OF_RAIL = {rail: number for number, rail in enumerate(LEARNT)}


@functools.lru_cache(maxsize=4096)
def swapped(edition: int, rail: str) -> int:
    """The upper of the two places, from 1, that are swapped in the rail; 0 where none are."""
    if not edition or rail not in LEARNT:
        return 0
    mixed = _mixed(edition * len(LEARNT) + _OF_RAIL[rail])
    if (mixed & 0xFFFF_FFFF) >= SHARE * 2**32:
        return 0
    return 1 + (mixed >> 32) % (LEARNT[rail] - 1)


def _mixed(number: int) -> int:
    """Well mixed bits of a number (the finaliser of splitmix64)."""
    mixed = number * 0x9E3779B97F4A7C15 & _WORD
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> shift)) * factor & _WORD
    return mixed ^ (mixed >> 31)
