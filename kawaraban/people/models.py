"""Django's door to the people."""

from kawaraban.people.accounts import Account
from kawaraban.people.authors import Person

__all__ = ["Account", "Person"]
