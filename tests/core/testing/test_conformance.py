"""Each check fails for a component made to fail it, so that none passes whatever it is given."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest
from annotated_types import Gt

from palate.components.kinds import KINDS
from palate.errors import ComponentError, MissingLibrary
from palate.testing import Nonconforming, check, checkerboard, conforms, crowd, dataset
from palate.testing.checklist import HOMES


@dataclass
class Together:
    """Items by how often they were met with what the person met."""

    name: ClassVar[str] = "together"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    cost: ClassVar[dict[str, float]] = {"items": 2}

    power: Annotated[float, Gt(0)] = 1.0

    counts_: Any = field(init=False, repr=False, compare=False)

    def fit(self, training):
        matrix = training.history.matrix
        self.counts_ = (matrix.T @ matrix).toarray()
        return self

    def score(self, query):
        return query.history.matrix @ self.counts_


def failing(cls, **how):
    """The names of the checks that a class fails."""
    return {outcome.check for outcome in check(cls, **how) if not outcome.passed}


def changed(base, **members):
    """A class like `base`, with some members replaced."""
    return dataclass(type("Changed", (base,), {"__doc__": base.__doc__, "__module__": __name__, **members}))


def test_a_good_ranker_passes_every_check():
    outcomes = check(Together, kind="ranker")
    assert [outcome for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) > 15


def test_the_checks_become_tests_with_names_of_their_own():
    found = [name for name in vars(conforms(Together)) if name.startswith("test_")]
    assert "test_finds_the_held_out_item" in found
    assert [name.removeprefix("test_") for name in found] == [outcome.check for outcome in check(Together)]


def test_a_test_fails_with_the_words_of_its_check():
    tests = conforms(changed(Together, score=lambda self, query: np.zeros((len(query), 20))))
    with pytest.raises(Nonconforming, match="must be float32"):
        tests().test_scores_are_float32_and_never_infinite()


def nan_to_infinity(self, query):
    return np.full((len(query), 20), np.inf, np.float32)


def depends_on_the_batch(self, query):
    return Together.score(self, query) + np.float32(len(query))


def depends_on_the_order(self, query):
    return Together.score(self, query) + np.arange(len(query), dtype=np.float32)[:, None]


def depends_on_who_asks(self, query):
    return Together.score(self, query) + query.users[:, None].astype(np.float32)


def refuses_strangers(self, query):
    if (query.users < 0).all() and len(query) > 1:
        raise KeyError("who?")
    return Together.score(self, query)


def learns_from_asking(self, query):
    self.counts_ = self.counts_ + 1
    return Together.score(self, query)


def hands_out_its_state(self, query):
    self.kept = getattr(self, "kept", None)
    if self.kept is None or len(self.kept) != len(query):
        self.kept = Together.score(self, query)
    return self.kept


def mends_the_data(self, training):
    training.history.items[:1] = 3
    return Together.fit(self, training)


def learns_nothing_that_can_be_kept(self, training):
    self.counts_ = {1, 2}
    self.__class__.good = Together().fit(training)
    return self


def adds_up(self, training):
    before = getattr(self, "counts_", 0)
    Together.fit(self, training)
    self.counts_ = self.counts_ + before
    return self


def draws_without_a_seed(self, training):
    Together.fit(self, training)
    self.counts_ = self.counts_ + np.random.default_rng().random(self.counts_.shape).astype(np.float32) / 9
    return self


@pytest.mark.parametrize(
    ("members", "name"),
    [
        (
            {"score": lambda self, query: Together.score(self, query).astype(float)},
            "scores_are_float32_and_never_infinite",
        ),
        ({"score": nan_to_infinity}, "items_without_interactions_are_handled"),
        (
            {"score": lambda self, query: np.zeros((max(1, len(query)), 20), np.float32)},
            "no_users_give_no_scores",
        ),
        ({"score": depends_on_the_batch}, "one_by_one_equals_the_batch"),
        ({"score": depends_on_the_batch}, "blocks_of_any_size_give_the_same"),
        ({"score": depends_on_the_order}, "order_of_users_does_not_matter"),
        ({"score": depends_on_who_asks}, "unknown_users_are_served_from_their_history"),
        ({"score": refuses_strangers}, "unknown_users_and_empty_histories_are_served"),
        ({"score": learns_from_asking}, "scoring_leaves_it_as_it_is"),
        ({"score": hands_out_its_state}, "scoring_leaves_it_as_it_is"),
        ({"score": learns_from_asking}, "threads_may_share_it"),
        ({"score": lambda self, query: np.ones((len(query), 20), np.float32)}, "finds_the_held_out_item"),
        ({"fit": lambda self, training: Together.fit(self, training) and None}, "fit_returns_itself"),
        ({"fit": mends_the_data}, "inputs_stay_as_they_are"),
        (
            {"fit": learns_nothing_that_can_be_kept, "score": lambda self, query: self.good.score(query)},
            "fitted_state_can_be_saved",
        ),
        ({"fit": adds_up}, "fitting_again_forgets_the_first_time"),
        ({"fit": draws_without_a_seed}, "same_seed_gives_the_same"),
        ({"__post_init__": lambda self: setattr(self, "counts_", 1)}, "constructor_does_no_work"),
        ({"__doc__": ""}, "has_a_docstring"),
    ],
)  # fmt: skip
def test_a_ranker_that_breaks_a_rule_fails_its_check(members, name):
    assert name in failing(changed(Together, **members), kind="ranker")


def test_options_that_cannot_be_written_down_and_state_that_is_an_option_are_found():
    @dataclass
    class Odd(Together):
        """Odd."""

        when_: int = 0

    assert failing(Odd, kind="ranker") >= {"fitted_state_is_declared"}
    assert "options_survive_text" in failing_or_refused(Together, power=-1.0)


def failing_or_refused(cls, **options):
    """Options outside their bounds are refused before any check: that counts as the check's failure."""
    with pytest.raises(ComponentError, match="power"):
        check(cls, kind="ranker", **options)
    return {"options_survive_text"}


EAGER = """
from dataclasses import dataclass
from typing import ClassVar

@dataclass
class Lazy:
    "Imports its library where it is used."
    name: ClassVar[str] = "lazy"
    libraries: ClassVar[tuple[str, ...]] = ("colorsys",)
    def fit(self, training): ...
    def score(self, query): ...

@dataclass
class Eager(Lazy):
    "Imports its library at once."
    def __post_init__(self):
        import colorsys
"""


def test_a_library_imported_by_the_constructor_is_found(tmp_path, monkeypatch):
    (tmp_path / "eager_plugin.py").write_text(EAGER, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    plugin = import_module("eager_plugin")
    assert "constructor_does_no_work" not in failing(plugin.Lazy, kind="ranker")
    (outcome,) = [
        found for found in check(plugin.Eager, kind="ranker") if found.check == "constructor_does_no_work"
    ]
    assert "imports colorsys" in outcome.message


def test_a_missing_library_skips_the_tests_and_stops_the_list():
    lacking = changed(Together, libraries=("no_such_library",))
    with pytest.raises(pytest.skip.Exception, match="no_such_library"):
        conforms(lacking, kind="ranker")().test_finds_the_held_out_item()
    with pytest.raises(MissingLibrary):
        check(lacking, kind="ranker")


def test_an_expected_failure_passes_with_its_reason_and_only_while_it_fails():
    popular = changed(Together, score=lambda self, query: np.tile(self.counts_.diagonal(), (len(query), 1)))
    reasons = {"finds_the_held_out_item": "the same for everybody"}
    assert failing(popular, kind="ranker", expected=reasons) == set()
    (outcome,) = [outcome for outcome in check(Together, expected=reasons) if not outcome.passed]
    assert "take it out of `expected`" in outcome.message
    with pytest.raises(Nonconforming, match="take it out"):
        conforms(Together, expected=reasons)().test_finds_the_held_out_item()


def test_a_crash_is_no_expected_failure():
    broken = changed(Together, score=lambda self, query: 1 / 0)
    reasons = {"finds_the_held_out_item": "it does not look"}
    assert "finds_the_held_out_item" in failing(broken, kind="ranker", expected=reasons)


@pytest.mark.parametrize(
    ("reasons", "said"),
    [({"finds_the_held_out_itm": "why"}, "Did you mean"), ({"finds_the_held_out_item": " "}, "say why")],
)
def test_an_expectation_needs_a_check_and_a_reason(reasons, said):
    with pytest.raises(ComponentError, match=said):
        conforms(Together, expected=reasons)


def test_a_class_that_is_no_component_is_refused_and_an_unclear_kind_asked_for():
    with pytest.raises(ComponentError, match="no class variable `name`"):
        check(int)
    with pytest.raises(ComponentError, match="kind=") as caught:
        check(changed(Together, fit=None, score=None, apply=lambda self, dataset: dataset))
    assert "cleaner" in str(caught.value)


def test_there_are_checks_for_every_kind():
    assert set(HOMES) == set(KINDS)


def test_the_made_up_data_are_what_they_say():
    training, query, missing = checkerboard()
    met = query.history.matrix.toarray() > 0
    assert met.sum(axis=1).tolist() == [9] * 40
    assert not met[np.arange(40), missing].any()
    training, query = crowd()
    assert training.history.counts[0] == 0
    assert training.history.popularity[19] == 0
    assert (training.history.counts > np.diff(training.history.matrix.indptr)).any()
    assert dataset().with_interactions(dataset().interactions).interactions.equals(dataset().interactions)


def with_vectors(**members):
    """`Together` with vectors of users and items that give its scores, and some members replaced."""
    good = {
        "interests": lambda self, query: (query.history.matrix @ self.counts_)[:, None],
        "item_vectors": lambda self: np.eye(20, dtype=np.float32),
    }
    return changed(Together, **good | members)


def test_a_ranker_that_gives_its_interests_passes_every_check():
    assert failing(with_vectors(), kind="ranker") == set()


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"item_vectors": None}, "interests_come_with_item_vectors"),
        (
            {"item_vectors": lambda self: np.eye(19, dtype=np.float32)},
            "interests_are_one_space_with_the_items",
        ),
        ({"item_vectors": lambda self: np.eye(20)}, "interests_are_one_space_with_the_items"),
        (
            {"item_vectors": lambda self: np.full((20, 20), np.nan, np.float32)},
            "interests_are_one_space_with_the_items",
        ),
        (
            {"interests": lambda self, query: np.full((len(query), 1, 20), len(query), np.float32)},
            "interests_are_a_users_own",
        ),
        (
            {"interests": lambda self, query: np.ones((len(query), 1, 20), np.float32)},
            "interests_are_a_users_own",
        ),
        ({"item_vectors": lambda self: self.counts_}, "interests_can_be_changed_without_harm"),
    ],
)  # fmt: skip
def test_interests_that_break_a_rule_fail_their_check(members, name):
    assert name in failing(with_vectors(**members), kind="ranker")
