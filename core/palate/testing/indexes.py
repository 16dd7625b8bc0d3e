"""What every index must do."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.testing.any_kind import saves_and_loads
from palate.testing.case import Case, ensure, same

ITEMS, WIDTH, NEAREST = 200, 8, 10
FOUND = 0.8


def build_returns_itself(case: Case) -> None:
    index = case.make()
    ensure(index.build(_items()) is index, "build() must return the index itself")


def finds_each_item_once(case: Case) -> None:
    """int32[n, k], no item twice for a user, empty places last."""
    found = case.make().build(_items()).search(_asked(), NEAREST)
    right = (len(_asked()), NEAREST)
    ensure(found.dtype == np.int32 and found.shape == right, f"search() must give int32{right}")
    twice = [row for row in found if len(set(row[row >= 0].tolist())) < int((row >= 0).sum())]
    ensure(not twice, "an item is found twice for one user")
    _ensure_ends(found)


def finds_the_nearest(case: Case) -> None:
    """Among vectors of length one, where all measures agree: most of those that are nearest."""
    found = case.make().build(_items()).search(_asked(), NEAREST)
    scores = (_asked() @ _items().T).astype(np.float32)
    nearest, _ = top_k(scores, NEAREST)
    share = np.mean(
        [len(set(a) & set(b)) / NEAREST for a, b in zip(found.tolist(), nearest.tolist(), strict=True)]
    )
    ensure(
        bool(share >= FOUND), f"it finds {share:.0%} of the nearest; {FOUND:.0%} are wanted of {ITEMS} items"
    )


def items_without_a_vector_are_never_found(case: Case) -> None:
    items = _items()
    items[:5] = 0
    found = case.make().build(items).search(_asked(), ITEMS)
    ensure(not np.isin(found, np.arange(5)).any(), "an item whose vector is zeros is found")


def more_than_there_is_ends_early(case: Case) -> None:
    found = case.make().build(_items()[:20]).search(_asked(), 25)
    ensure(found.shape == (len(_asked()), 25), "places that stay empty must hold -1")
    _ensure_ends(found)


def no_vectors_and_no_users_raise_no_error(case: Case) -> None:
    nothing = case.make().build(np.zeros((3, WIDTH), np.float32)).search(_asked(), 2)
    ensure(bool((nothing == -1).all()), "an index without vectors finds something")
    nobody = case.make().build(_items()).search(_asked()[:0], 2)
    ensure(nobody.shape == (0, 2), f"nobody must give shape (0, 2); got {nobody.shape}")


def one_by_one_equals_the_batch(case: Case) -> None:
    index, asked = case.make().build(_items()), _asked()
    alone = [index.search(asked[row : row + 1], NEAREST) for row in range(len(asked))]
    ensure(same(np.concatenate(alone), index.search(asked, NEAREST)), "who else asks changes what is found")


def building_again_forgets_the_first_time(case: Case) -> None:
    one = case.make().build(_items(seed=3)).build(_items()).search(_asked(), NEAREST)
    ensure(
        same(one, case.make().build(_items()).search(_asked(), NEAREST)),
        "a second build depends on the first",
    )


def inputs_stay_as_they_are(case: Case) -> None:
    items, asked = _items(), _asked()
    before = deepcopy((items, asked))
    case.make().build(items).search(asked, NEAREST)
    ensure(same((items, asked), before), "building or searching changes the vectors it was given")


def fitted_state_can_be_saved(case: Case) -> None:
    index = case.make().build(_items())
    again = saves_and_loads(index, case)
    ensure(
        same(again.search(_asked(), NEAREST), index.search(_asked(), NEAREST)),
        "it finds others after loading",
    )


def says_how_many_it_looks_for(case: Case) -> None:
    candidates = getattr(case.make(), "candidates", None)
    ensure(isinstance(candidates, int) and candidates > 0, "it needs an option `candidates`, a whole number")


def _ensure_ends(found: NDArray[np.int32]) -> None:
    empty = found < 0
    ensure(not (empty[:, :-1] & ~empty[:, 1:]).any(), "an empty place stands before an item")


def _items(seed: int = 0) -> NDArray[np.float32]:
    """Vectors of length one, float32[200, 8]."""
    vectors = np.random.default_rng(seed).normal(size=(ITEMS, WIDTH))
    found: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


def _asked() -> NDArray[np.float32]:
    return _items(seed=1)[:20]


CHECKS = (
    build_returns_itself,
    finds_each_item_once,
    finds_the_nearest,
    items_without_a_vector_are_never_found,
    more_than_there_is_ends_early,
    no_vectors_and_no_users_raise_no_error,
    one_by_one_equals_the_batch,
    building_again_forgets_the_first_time,
    inputs_stay_as_they_are,
    fitted_state_can_be_saved,
    says_how_many_it_looks_for,
)
