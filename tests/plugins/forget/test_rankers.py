"""Each ranker after a user was forgotten: which are updated and which fitted again, and what they keep."""

from types import SimpleNamespace

import numpy as np
import pytest

from palate.components.updating import TOLERANCE
from palate.registry import installed
from palate.runs import Run, run
from palate.store.codec import pack
from palate_forget import forget
from palate_forget.keys import new_key

USER = "marker-user-7f3a"
COUNTS = {
    "popularity": {},
    "item-knn": {"similarity": "cosine", "neighbours": 5},
    "jaccard": {"use": "item-knn", "similarity": "jaccard", "neighbours": 5},
    "user-knn": {},
    "markov": {},
    "rp3beta": {"neighbours": 5},
}
LINEAR = {"ease": {"l2": 5.0}, "dlae": {"l2": 5.0, "steps": 1}}
REFITTED = {
    "tfidf": ({"use": "item-knn", "similarity": "bm25"}, "with its options an update is a fit"),
    "slim": ({"l1": 0.1}, "no partial_fit"),
    "ials": ({"factors": 4}, "an update would keep traces"),
}
ELSEWHERE = {"als", "sasrec", "gru", "lstm", "two-tower"}  # refitted as `ials` is, by their tolerance


@pytest.fixture(scope="module")
def forgotten(tmp_path_factory, hybrid):
    """A run with a branch for each ranker, after the user left it, and a fresh one on data without them."""
    folder = tmp_path_factory.mktemp("rankers")
    new_key(folder / "keys" / "key")
    options = COUNTS | LINEAR | {name: given for name, (given, _) in REFITTED.items()}

    def recipe(file):
        made = hybrid(file)
        made["branches"] = {name: {"rank": {"use": name} | given} for name, given in options.items()}
        made["fuse"] = "weighted"
        return made

    place = folder / "place"
    done = run(recipe("events.csv"), folder=place / "runs", store=place / "store")
    forgotten = forget(done.folder, [USER], key=folder / "keys" / "key", store=place / "store")
    fresh = run(recipe("left.csv"), folder=folder / "fresh", store=folder / "fresh-store")

    def branches(of):
        return {branch.name: branch for branch in Run(of.folder).pipeline.branches}

    return SimpleNamespace(
        place=place,
        ways=forgotten.rankers[str(done.folder)],
        now=branches(done),
        right=branches(fresh),
        query=Run(done.folder).pipeline.lookup.known(np.arange(40, dtype=np.int32)),
    )


def contents(ranker, folder):
    """The bytes of all that a ranker keeps, by file."""
    folder.mkdir()
    pack(ranker, folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_ranker_that_can_be_updated_is_among_these():
    known = [installed().find("ranker", name) for name in installed().names("ranker")]
    updatable = {each.name for each in known if callable(getattr(each.cls, "partial_fit", None))}
    assert updatable == {*COUNTS, *LINEAR, "ials", *ELSEWHERE} - {"jaccard"}
    for name in ELSEWHERE:
        assert installed().find("ranker", name).cls.update_tolerance > TOLERANCE


@pytest.mark.parametrize("name", [*COUNTS, *LINEAR])
def test_what_can_be_updated_is_not_fitted_again(forgotten, name):
    assert forgotten.ways[f"branches.{name}.fit"] is None


@pytest.mark.parametrize("name", REFITTED)
def test_what_cannot_is_fitted_again_for_a_reason(forgotten, name):
    assert REFITTED[name][1] in forgotten.ways[f"branches.{name}.fit"]


@pytest.mark.parametrize("name", [*COUNTS, *REFITTED])
def test_counts_and_what_is_fitted_again_are_those_of_a_fresh_fit_in_every_byte(forgotten, name, tmp_path):
    now, right = (each[name].ranker for each in (forgotten.now, forgotten.right))
    assert contents(now, tmp_path / "now") == contents(right, tmp_path / "right")


@pytest.mark.parametrize("name", LINEAR)
def test_linear_rankers_are_those_of_a_fresh_fit_but_for_rounding(forgotten, name):
    now, right = (each[name] for each in (forgotten.now, forgotten.right))
    assert now.ranker.updates_ == 1
    scores, expected = now.score(forgotten.query), right.score(forgotten.query)
    assert np.abs(scores - expected).max() <= TOLERANCE * np.abs(expected).max()


def test_no_file_of_the_run_or_the_store_has_a_trace(forgotten, traces):
    assert traces(forgotten.place) == set()
