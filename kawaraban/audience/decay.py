"""Forward decay: counts in which the past fades, without ever touching an old value.

Cormode, Shkapenyuk, Srivastava, Xu, "Forward Decay: A Practical Time Decay Model for Streaming
Systems", ICDE 2009. What happens at t adds 2^((t - L) / h), L being a landmark in the past and h the
half-life; the decayed count at any `now` is the sum times 2^(-(now - L) / h). Sums compare without
that factor. The landmark moves on by whole half-lives, so that scaling by a power of two is exact.
"""

import math

TOO_HEAVY = 2.0**256  # a float bears 2^1023; from here on the landmark is to be moved


class Landmark:
    """The weight of a moment under one half-life (seconds)."""

    __slots__ = ("_at", "half_life")

    def __init__(self, half_life: float) -> None:
        self.half_life = half_life
        self._at: float | None = None

    def weight(self, t: float) -> float:
        """What a thing that happens at `t` adds to a sum. Above TOO_HEAVY the landmark must move."""
        if self._at is None:
            self._at = t
        return math.exp2(min((t - self._at) / self.half_life, 1000.0))

    def worth(self, now: float) -> float:
        """What one unit of a sum is worth at `now`."""
        return 1.0 if self._at is None else math.exp2((self._at - now) / self.half_life)

    def move(self, t: float) -> float:
        """Moves the landmark up to `t`; the factor by which every sum is to be multiplied."""
        if self._at is None:
            return 1.0
        steps = math.floor((t - self._at) / self.half_life)
        self._at += steps * self.half_life
        return math.ldexp(1.0, -steps)


class Decayed:
    """One decayed count for each of many keys."""

    __slots__ = ("landmark", "sums")

    def __init__(self, half_life: float) -> None:
        self.landmark = Landmark(half_life)
        self.sums: dict[int, float] = {}

    def add(self, key: int, t: float) -> None:
        weight = self.landmark.weight(t)
        if weight > TOO_HEAVY:
            factor = self.landmark.move(t)
            self.sums = {one: value * factor for one, value in self.sums.items()}
            weight = self.landmark.weight(t)
        self.sums[key] = self.sums.get(key, 0.0) + weight

    def counts(self, now: float) -> dict[int, float]:
        """The decayed count of every key at `now`."""
        worth = self.landmark.worth(now)
        return {key: value * worth for key, value in self.sums.items()}
