import inspect
import re
from pathlib import Path

import pytest

from palate.components.component import Component, flaws
from palate.errors import ComponentError
from palate_metrics import register_metrics

METRICS = {cls.name: cls for cls in register_metrics()}
DOCS = Path(__file__).parents[3] / "docs" / "metrics.md"
REQUIRED = {"group-gap": {"column": "sex"}}
OF_RANKINGS = [cls for name, cls in METRICS.items() if name not in ("rmse", "mae")]


def test_the_names_are_those_that_recipes_write():
    assert sorted(METRICS) == [
        "auc", "calibration", "capped-recall", "coverage", "gini", "group-gap", "hit-rate",
        "intra-list-diversity", "mae", "map", "mrr", "ndcg", "ndcg-elliot", "ndcg-rectools", "novelty",
        "popularity-lift", "precision", "precision-implicit", "recall", "rmse", "serendipity",
    ]  # fmt: skip


@pytest.mark.parametrize("cls", OF_RANKINGS)
def test_each_of_rankings_is_a_sound_component_with_a_positive_k(cls):
    component = Component("metric", cls, "metrics", "palate", "0")
    rest = REQUIRED.get(cls.name, {})
    assert flaws(cls, "metric") == []
    assert component.make(rest).k == (None if cls.name == "auc" else 10)
    assert component.make({"k": 20, **rest}).k == 20
    with pytest.raises(ComponentError, match="k must be greater than"):
        component.make({"k": 0, **rest})


def test_less_is_better_for_just_these():
    lower = sorted(name for name, cls in METRICS.items() if getattr(cls, "lower_is_better", False))
    assert lower == ["calibration", "gini", "group-gap", "mae", "popularity-lift", "rmse"]


@pytest.mark.parametrize("cls", METRICS.values())
def test_each_is_explained_on_the_page_of_metrics(cls):
    rows = [line for line in DOCS.read_text().splitlines() if line.startswith(f"| `{cls.name}`")]
    assert len(rows) == 1
    better = "lower" if getattr(cls, "lower_is_better", False) else "higher"
    assert f"| {better} |" in rows[0]


@pytest.mark.parametrize("cls", METRICS.values())
def test_each_has_a_formula_and_a_source_in_its_docstring(cls):
    _, *more = inspect.getdoc(cls).split("\n\n", 1)
    assert re.search(r"(19|20)\d\d|reproducing what", " ".join(" ".join(more).split()))
