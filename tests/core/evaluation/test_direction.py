"""What a metric's good end changes: tables, and the refusal of a metric that cannot be worked out."""

from types import SimpleNamespace

import pytest

from palate.cli.tables import _best
from palate.errors import RecipeError
from palate.evaluation import lower_is_better
from palate.recipe import load_recipe


def found(*values, lower=()):
    return {
        "lower_is_better": list(lower),
        "rows": [{"metrics": {"m": {"value": value}}} for value in values],
    }


def test_the_best_of_a_column_is_its_highest_or_its_lowest_where_less_is_better():
    assert _best(found(0.2, None, 0.5), "m") == 0.5
    assert _best(found(0.2, None, 0.5, lower=["m"]), "m") == 0.2
    assert _best(found(None), "m") is None


def test_a_metric_that_says_nothing_has_its_good_end_above():
    assert not lower_is_better(SimpleNamespace())
    assert lower_is_better(SimpleNamespace(lower_is_better=True))


def test_a_run_says_for_which_metrics_less_is_better(recipe, tmp_path):
    import palate

    recipe["evaluate"] = ["ndcg@5", "gini@5"]
    done = palate.run(recipe, folder=tmp_path)
    assert done.results["lower_is_better"] == ["gini@5"]


def test_a_metric_that_needs_ratings_is_refused_where_there_are_none(recipe, tmp_path):
    (tmp_path / "e.csv").write_text("user_id,item_id,timestamp\n1,2,3\n")
    recipe["data"]["source"] = {"use": "files", "interactions": str(tmp_path / "e.csv")}
    recipe["evaluate"] = ["ndcg@5", "ndcg-elliot@5"]
    with pytest.raises(RecipeError, match="metric 'ndcg-elliot' needs ratings; source 'files' has none"):
        load_recipe(recipe)
