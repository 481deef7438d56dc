"""Subjects: which stories tell of the same, though most of a large event stand in few of the others' rows.

Communities of the graph of what is alike, by label propagation (Raghavan, Albert and Kumara, "Near linear
time algorithm to detect community structures in large-scale networks", 2007): every story takes the
label that most of those alike to it bear, by likeness. Whatever is linked at all would be too much:
among 2,400 stories a rocket that waited for a typhoon made one subject of all storms and all of space.
"""

from collections import Counter

from kawaraban.recommendations.variety import MOST_OF_A_SUBJECT, SAME_SUBJECT, Rows

_ROUNDS = 10  # at most; events as real as made up came to rest after nine


def subjects(alike: Rows) -> dict[int, int]:
    """The number of its subject for each story whose subject has more than a page may show."""
    near: dict[int, dict[int, float]] = {}
    for story, row in alike.items():
        for other, likeness in row:
            if likeness < SAME_SUBJECT:
                break
            for one, another in ((story, other), (other, story)):
                known = near.setdefault(one, {})
                known[another] = known.get(another, 0.0) + likeness
    subject_of = {story: story for story in near}
    for _ in range(_ROUNDS):
        if not _passed_on(near, subject_of):
            break
    sizes = Counter(subject_of.values())
    return {story: subject for story, subject in subject_of.items() if sizes[subject] > MOST_OF_A_SUBJECT}


def _passed_on(near: dict[int, dict[int, float]], subject_of: dict[int, int]) -> bool:
    """Has every story take the subject of those alike to it; whether any took another."""
    changed = False
    for story, others in near.items():
        weighs: dict[int, float] = {}
        for other, likeness in others.items():
            subject = subject_of[other]
            weighs[subject] = weighs.get(subject, 0.0) + likeness
        most = max(weighs.values())
        if weighs.get(subject_of[story]) != most:
            subject_of[story] = min(subject for subject, weight in weighs.items() if weight == most)
            changed = True
    return changed
