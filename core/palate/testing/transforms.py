"""What every transform must do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.testing.any_kind import saves_and_loads
from palate.testing.case import Case, ensure, same

ROUNDING = 1e-4


def fit_returns_itself(case: Case) -> None:
    component = case.make()
    ensure(component.fit(_vectors()) is component, "fit() must return the component itself")


def gives_one_float32_row_a_vector(case: Case) -> None:
    out = case.transform(_vectors()).apply(_vectors())
    ensure(isinstance(out, np.ndarray) and out.dtype == np.float32, "vectors must be float32 arrays")
    ensure(out.ndim == 2 and len(out) == len(_vectors()), f"{_vectors().shape} became {out.shape}")


def vectors_stay_finite(case: Case) -> None:
    """A vector of zeros too, and one far from those it was fitted on."""
    odd = np.vstack([np.zeros((1, 8)), np.full((1, 8), 1e3)]).astype(np.float32)
    out = case.transform(_vectors()).apply(odd)
    ensure(bool(np.isfinite(out).all()), "vectors must stay finite")


def no_vectors_give_no_rows(case: Case) -> None:
    fitted = case.transform(_vectors())
    width = fitted.apply(_vectors()).shape[1]
    none = fitted.apply(_vectors()[:0])
    ensure(none.shape == (0, width), f"no vectors must give shape (0, {width}); got {none.shape}")


def a_row_does_not_depend_on_the_others(case: Case) -> None:
    fitted, vectors = case.transform(_vectors()), _vectors(seed=1)
    together = fitted.apply(vectors)
    alone = np.concatenate([fitted.apply(vectors[row : row + 1]) for row in range(len(vectors))])
    back = fitted.apply(vectors[::-1].copy())[::-1]
    ensure(
        np.allclose(together, alone, atol=ROUNDING), "a vector alone is changed otherwise than with others"
    )
    ensure(np.allclose(together, back, atol=ROUNDING), "the order of the vectors matters")


def inputs_stay_as_they_are(case: Case) -> None:
    vectors = _vectors()
    case.transform(vectors).apply(vectors)
    ensure(same(vectors, _vectors()), "fitting or applying changes the vectors it was given")


def fitting_twice_gives_the_same(case: Case) -> None:
    one = case.transform(_vectors()).apply(_vectors(seed=1))
    again = case.transform(_vectors(), case.transform(_vectors(seed=2)))
    other = again.apply(_vectors(seed=1))
    ensure(same(one, other), "a second fit depends on the first")


def fitted_state_can_be_saved(case: Case) -> None:
    fitted = case.transform(_vectors())
    again = saves_and_loads(fitted, case)
    ensure(same(again.apply(_vectors()), fitted.apply(_vectors())), "vectors differ after saving and loading")


def _vectors(seed: int = 0) -> NDArray[np.float32]:
    """Vectors that lie round a common point, some directions longer than others: float32[30, 8]."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(30, 8)) * np.linspace(3, 0.5, 8) + 2).astype(np.float32)


CHECKS = (
    fit_returns_itself,
    gives_one_float32_row_a_vector,
    vectors_stay_finite,
    no_vectors_give_no_rows,
    a_row_does_not_depend_on_the_others,
    inputs_stay_as_they_are,
    fitting_twice_gives_the_same,
    fitted_state_can_be_saved,
)
