"""Those who sign in: reporters, editors, moderators, operators."""

from django.contrib.auth.models import AbstractUser


class Account(AbstractUser):
    """Who signs in to the newsroom. Ours from the first migration, so that it can grow."""
