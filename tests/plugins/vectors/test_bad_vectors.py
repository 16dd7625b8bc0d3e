"""Vectors that no transform can statistics_of from or be applied to."""

import numpy as np
import pytest

from palate.errors import ComponentError
from palate.registry import installed

SMALL = {"dimensions": 2}
TRANSFORMS = [each for each in installed() if each.kind == "transform" and each.plugin == "vectors"]
VECTORS = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)


def made(component):
    return component.make(
        {name: value for name, value in SMALL.items() if name in component.options.model_fields}
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("component", TRANSFORMS, ids=lambda each: each.name)
def test_numbers_that_are_none_are_refused_with_their_place(component, bad):
    damaged = VECTORS.copy()
    damaged[3, 1] = bad
    with pytest.raises(ComponentError, match=rf"'{component.name}' got 1 of 40 vectors with NaN .* row 3"):
        made(component).fit(damaged)


@pytest.mark.parametrize("component", TRANSFORMS, ids=lambda each: each.name)
def test_vectors_of_another_width_are_refused(component):
    if component.name == "l2":
        pytest.skip("it takes vectors of any width")
    fitted = made(component).fit(VECTORS)
    with pytest.raises(ComponentError, match=r"fitted on vectors of 5 dimensions; got .* \(40, 4\)"):
        fitted.apply(VECTORS[:, :4])


@pytest.mark.parametrize("component", TRANSFORMS, ids=lambda each: each.name)
def test_items_without_text_teach_nothing_and_stay_zeros(component):
    without = np.vstack([np.zeros((3, 5), np.float32), VECTORS])
    one, other = made(component).fit(VECTORS), made(component).fit(without)
    np.testing.assert_allclose(one.apply(VECTORS), other.apply(VECTORS), atol=1e-5)
    assert not other.apply(without)[:3].any()


@pytest.mark.parametrize("component", TRANSFORMS, ids=lambda each: each.name)
def test_nothing_to_learn_from_is_said(component):
    if component.name in ("l2", "random-projection"):
        pytest.skip("it learns nothing")
    with pytest.raises(ComponentError, match="needs the vector of at least one training item; got 3"):
        made(component).fit(np.zeros((3, 5), np.float32))
