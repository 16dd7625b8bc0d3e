"""The checks of encoders, transforms and aggregators: a good one passes, and each check can fail."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from palate.testing import check


def failing(cls, kind, **options):
    return {outcome.check for outcome in check(cls, kind=kind, **options) if not outcome.passed}


def changed(base, **members):
    """A class like `base`, with some members replaced."""
    return dataclass(type("Changed", (base,), {"__doc__": base.__doc__, "__module__": __name__, **members}))


def of(text):
    return np.array([len(text), text.count(" "), sum(map(ord, text)) % 97, 1], np.float32)


@dataclass
class Lengths:
    """Counts of characters."""

    name: ClassVar[str] = "lengths"

    def encode(self, texts):
        return np.array([of(text) for text in texts], np.float32).reshape(len(texts), 4)


@dataclass
class Shift:
    """Takes the mean away."""

    name: ClassVar[str] = "shift"

    mean_: Any = field(init=False, repr=False, compare=False)

    def fit(self, vectors):
        self.mean_ = vectors.mean(axis=0)
        return self

    def apply(self, vectors):
        return vectors - self.mean_


@dataclass
class Total:
    """The sum of a person's item vectors."""

    name: ClassVar[str] = "total"

    def profile(self, query, vectors):
        return (query.history.matrix @ vectors)[:, None, :]


def spoils(data):
    def spoil(self, *given):
        array = data(given)
        array[...] = 0
        return self.good(*given)

    return spoil


def random_block(self, *given):
    out = self.good(*given)
    return (out + np.random.default_rng().random(out.shape)).astype(out.dtype)


def times_rows(self, *given):
    out = self.good(*given)
    return (out * len(out)).astype(out.dtype)


def once(self, *given):
    out = self.good(*given)
    return out if len(out) else out.reshape(0)


def infinite(self, *given):
    out = self.good(*given)
    return np.full_like(out, np.inf)


def double(self, *given):
    return self.good(*given).astype(np.float64)


def zero_where_no_history(self, query, vectors):
    return np.ones((len(query), 1, 8), np.float32)


def by_person(self, query, vectors):
    return self.good(query, vectors) * (2 + query.users[:, None, None].astype(np.float32))


def fitted_with(change):
    def fit(self, vectors):
        Shift.fit(self, vectors)
        return change(self)

    return fit


def keeps_a_set(self):
    self.mean_ = {1}
    return self


def adds_the_last(self, vectors):
    self.mean_ = vectors.mean(axis=0) + getattr(self, "mean_", 0)
    return self


GOOD = {"encoder": Lengths, "transform": Shift, "aggregator": Total}
METHOD = {"encoder": "encode", "transform": "apply", "aggregator": "profile"}
BROKEN = [
    ("encoder", double, "gives_one_row_a_text"),
    ("encoder", infinite, "vectors_are_finite"),
    ("encoder", once, "no_texts_give_no_rows"),
    (
        "encoder",
        lambda self, texts: self.good(texts) + np.arange(len(texts), dtype=np.float32)[:, None],
        "identical_texts_have_identical_vectors",
    ),
    (
        "encoder",
        lambda self, texts: np.ones((len(texts), 3), np.float32),
        "different_texts_have_different_vectors",
    ),
    ("encoder", times_rows, "a_row_does_not_depend_on_the_others"),
    ("encoder", random_block, "encoding_again_gives_the_same"),
    ("transform", double, "gives_one_float32_row_a_vector"),
    (
        "transform",
        lambda self, vectors: vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        "vectors_stay_finite",
    ),
    ("transform", once, "no_vectors_give_no_rows"),
    ("transform", times_rows, "a_row_does_not_depend_on_the_others"),
    ("transform", spoils(lambda given: given[0]), "inputs_stay_as_they_are"),
    ("aggregator", double, "gives_interests_for_each_user"),
    ("aggregator", zero_where_no_history, "without_history_interests_are_zero"),
    ("aggregator", by_person, "unknown_users_are_served_from_their_history"),
    ("aggregator", times_rows, "one_by_one_equals_the_batch"),
    ("aggregator", once, "no_users_give_no_interests"),
    ("aggregator", spoils(lambda given: given[1]), "inputs_stay_as_they_are"),
]


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_component_passes_every_check_of_its_kind(kind):
    outcomes = check(GOOD[kind], kind=kind)
    assert [outcome for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) > 6


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("kind", "method", "name"), BROKEN)
def test_a_component_that_breaks_a_rule_fails_its_check(kind, method, name):
    good = getattr(GOOD[kind], METHOD[kind])
    assert name in failing(changed(GOOD[kind], good=good, **{METHOD[kind]: method}), kind)


@pytest.mark.parametrize(
    ("fit", "name"),
    [
        (fitted_with(lambda self: None), "fit_returns_itself"),
        (fitted_with(keeps_a_set), "fitted_state_can_be_saved"),
        (adds_the_last, "fitting_twice_gives_the_same"),
    ],
)
def test_a_transform_that_learns_wrongly_fails_its_check(fit, name):
    apply = Shift.apply if name != "fitted_state_can_be_saved" else lambda self, vectors: vectors
    assert name in failing(changed(Shift, fit=fit, apply=apply), "transform")


def test_what_it_learns_must_be_savable_too():
    @dataclass
    class Learner(GOOD["aggregator"]):
        """Learns a set."""

        seen_: Any = field(init=False, repr=False, compare=False)

        def fit(self, training):
            self.seen_ = {1}
            return self

    assert failing(Learner, "aggregator") == {"fitted_state_can_be_saved"}
