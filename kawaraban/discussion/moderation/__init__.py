"""Which comments readers see: phases decide at once, moderators decide for good."""

from kawaraban.discussion.moderation.decisions import decide

__all__ = ["decide"]
