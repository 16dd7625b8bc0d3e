"""What each ranker does for unknown users and new items, as docs/cold-start.md says."""

import re
from pathlib import Path

import numpy as np
import pytest

from palate import Query
from palate.components.nested import needs_of
from palate.components.trainable import is_trainable
from palate.registry import installed
from palate.testing import crowd
from palate.training import Chain, train_chain

TEXT = (Path(__file__).parents[2] / "docs" / "cold-start.md").read_text(encoding="utf-8")
TABLE = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:]]
    for cells in (line.strip("| \n").split("|") for line in TEXT.splitlines())
    if len(cells) == 4 and re.fullmatch(r"`[a-z0-9-]+` *", cells[0])
}
OPTIONS = {
    "text-to-cf": {"teacher": "ease"},
    "item-contrast": {"teacher": "ease", "epochs": 2},
}
OWN_DATA = ("fresh", "friends", "friends-of-friends")  # read what only some data have; tested with such data
RANKERS = [
    each
    for each in installed()
    if each.kind == "ranker" and each.distribution == "palate" and each.name not in OWN_DATA
]


def as_unknown_users(query):
    return Query(np.full(len(query), -1, np.int32), query.history, query.interests)


def without_events(ranker, query):
    if needs_of(ranker) & {"history", "interests", "known users"}:
        return "fallback"
    nothing = query.history.take(np.full(len(query), -1))
    scores = ranker.score(Query(np.full(len(query), -1, np.int32), nothing))
    assert np.isfinite(scores).all()
    return "unpersonalised" if (scores == scores[0]).all() else "personalised"


def unknown_user(ranker, query):
    if "known users" in needs_of(ranker):
        return "fallback"
    known = query.history.counts > 0
    one, other = ranker.score(query)[known], ranker.score(as_unknown_users(query))[known]
    assert np.isfinite(other).any(axis=1).all()
    return "same" if np.array_equal(one, other, equal_nan=True) else "differently"


def without_interactions(ranker, query):
    scores = ranker.score(query)[query.history.counts > 0][:, -1]
    if np.isnan(scores).all():
        return "no score"
    assert np.isfinite(scores).all()
    return "0 for all" if (scores == 0).all() else "own score"


@pytest.mark.parametrize("component", RANKERS, ids=lambda each: each.name)
def test_a_ranker_does_for_new_users_and_items_what_the_documentation_says(component):
    if component.missing:
        pytest.skip(component.how_to_install())
    training, query = crowd()
    ranker = component.make(OPTIONS.get(component.name, {})).fit(training)
    if is_trainable(ranker):
        train_chain(Chain(ranker=ranker), training)
    found = [does(ranker, query) for does in (without_events, unknown_user, without_interactions)]
    assert TABLE.get(component.name) == found, (
        f"in docs/cold-start.md: | `{component.name}` | {' | '.join(found)} |"
    )


def test_the_documentation_knows_no_other_rankers():
    assert set(TABLE) == {component.name for component in RANKERS}
