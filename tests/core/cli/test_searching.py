"""Recipes with search spaces are shown and planned with the first value of each."""

import yaml
from click.testing import CliRunner

from palate.cli import plan, show


def written(recipe, tmp_path):
    recipe["branches"]["linear"]["rank"]["l2"] = {"search": "log", "low": 3, "high": 30}
    file = tmp_path / "open.yaml"
    file.write_text(yaml.safe_dump(recipe))
    return str(file)


def test_show_prints_the_recipe_with_its_first_values_and_says_what_is_open(recipe, tmp_path):
    shown = CliRunner().invoke(show.command, [written(recipe, tmp_path)])
    assert shown.exit_code == 0
    assert "# branches.linear.rank.l2 is open, for `palate tune`; here with its first value" in shown.output
    assert yaml.safe_load(shown.output)["branches"]["linear"]["rank"]["l2"] == 3


def test_plan_lists_its_steps(recipe, tmp_path):
    shown = CliRunner().invoke(plan.command, [written(recipe, tmp_path), "--store", str(tmp_path / "store")])
    assert shown.exit_code == 0
    assert "branches.linear.fit" in shown.output
    assert "branches.linear.rank.l2 is open" in shown.output
