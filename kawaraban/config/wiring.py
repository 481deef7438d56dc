"""What sets what going: ordered lists of dotted paths. A publication adds its own steps here."""

# Each takes a `stories.outcome.Outcome`, after the story is committed. A failing one stops no other; one that
# goes on after it returned gives a Future. Until all are done and went well, all are run again: each may be
# repeated.
AFTER_STORY_PUBLISHED: list[str] = [
    "kawaraban.headlines.trials.after_story",
    "kawaraban.search.indexing.after_story",
    "kawaraban.press.pressing.after_story",
    "kawaraban.press.front_door.after_story",
]

# Each takes the number of the story whose discussion changed, after the change is committed.
AFTER_DISCUSSION_CHANGED: list[str] = [
    "kawaraban.press.pressing.after_discussion",
    "kawaraban.press.front_door.after_discussion",
]

# Each takes a `kit.shown.Change` of something that pages show: a name, a menu, a section, a person.
AFTER_PUBLICATION_CHANGED: list[str] = [
    "kawaraban.press.pressing.after_change",
    "kawaraban.press.front_door.after_change",
]

# Each takes the number of the story of whose wordings one was chosen, after that is committed.
AFTER_WORDING_CHOSEN: list[str] = [
    "kawaraban.newsroom.publishing.try_now",
]
