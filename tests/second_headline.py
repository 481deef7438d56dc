"""An editor's headline test on what `tests.publication` serves, by a process of its own.

`python -m tests.second_headline SLUG HEADLINE` gives the article another headline and publishes it;
without HEADLINE it has its own alone again.
"""

import sys

import django


def give(slug: str, *headlines: str) -> None:
    from kawaraban.newsroom.articles import Article
    from kawaraban.newsroom.wordings import OtherWording

    article = Article.objects.get(slug=slug)
    article.other_wordings.set([OtherWording(headline=one) for one in headlines])
    article.save_revision().publish()


if __name__ == "__main__":
    django.setup()
    give(*sys.argv[1:])
