"""Changes of what many pages show that not all of them have been told of yet: see `changes.follow_up`."""

from django.db import models


class Untold(models.Model):
    """A row that was saved or deleted, noted with that, and kept until all that follows was done."""

    model = models.CharField(max_length=80)  # "people.person"
    number = models.BigIntegerField()
    # The stories that carry it were handed over again; what is left is to tell the pages.
    handed_over = models.BooleanField(default=False)
    since = models.DateTimeField()  # it is under way, for as long as that takes; then it is due

    def __str__(self) -> str:
        return f"{self.model} {self.number}"
