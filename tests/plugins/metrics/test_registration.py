import pytest

from palate.component import Component, flaws
from palate.errors import ComponentError
from palate_metrics import register_metrics

METRICS = {cls.name: cls for cls in register_metrics()}


def test_the_names_are_those_that_recipes_write():
    assert sorted(METRICS) == ["coverage", "hit-rate", "map", "mrr", "ndcg", "precision", "recall"]


@pytest.mark.parametrize("cls", METRICS.values())
def test_each_is_a_sound_component_whose_only_option_is_a_positive_k(cls):
    component = Component("metric", cls, "metrics", "palate", "0")
    assert flaws(cls, "metric") == []
    assert component.make().k == 10
    assert component.make({"k": 20}).k == 20
    with pytest.raises(ComponentError, match="k must be greater than 0"):
        component.make({"k": 0})
