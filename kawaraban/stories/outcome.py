"""What a handover did: told to all that follows it, and kept until it has followed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """`old_path` is where the story stood before, if elsewhere.

    It is kept (`ToFollow`) and read by other releases: a new field has a default.
    """

    story_id: int
    path: str
    change: str  # "new", "changed", "unchanged" or "withdrawn"
    version: int
    old_path: str = ""
    section_slugs: tuple[str, ...] = ()  # of before and after: whose pages show it
    topic_slugs: tuple[str, ...] = ()
    person_slugs: tuple[str, ...] = ()
    refiled: bool = True  # whether lists have to show it that did not, or no more, or elsewhere
