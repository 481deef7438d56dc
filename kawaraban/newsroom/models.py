"""Django's door to the newsroom's tables."""

from kawaraban.newsroom.arranging import NotBeside, Pin
from kawaraban.newsroom.articles import Article, Byline, Correction, Newsroom
from kawaraban.newsroom.failures import Failure
from kawaraban.newsroom.settings import PublicationSettings
from kawaraban.newsroom.storylines import StorylinePlace
from kawaraban.newsroom.untold import Untold
from kawaraban.newsroom.wordings import OtherWording

__all__ = [
    "Article",
    "Byline",
    "Correction",
    "Failure",
    "Newsroom",
    "NotBeside",
    "OtherWording",
    "Pin",
    "PublicationSettings",
    "StorylinePlace",
    "Untold",
]
