"""What the newsroom has handed over for the rails: one row, flat."""

from django.db import models


class Arrangement(models.Model):
    """What editors have arranged, as `arrangement.keep` was given it. One row."""

    pins = models.JSONField(default=list)  # [arrangement.Pin]
    apart = models.JSONField(default=list)  # [[arrangement.Matter, arrangement.Matter]]
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{len(self.pins)} pins, {len(self.apart)} apart"
