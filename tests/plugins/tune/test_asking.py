import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from palate.errors import MissingLibrary
from palate.recipe.load import read
from palate.recipe.searched import check_searched
from palate.registry import installed
from palate_tune import api

PAGE = Path(__file__).parents[3] / "docs" / "tuning.md"


def test_without_optuna_it_says_what_to_install(searched, monkeypatch):
    plain = api.importlib.util.find_spec
    monkeypatch.setattr(
        api.importlib.util, "find_spec", lambda name: None if name == "optuna" else plain(name)
    )
    with pytest.raises(
        MissingLibrary, match=r'needs optuna, which is not installed: pip install "palate\[tune\]"'
    ):
        api.tune(searched)


def test_palate_knows_tune_without_importing_optuna():
    code = "import sys, palate; palate.tune; print('optuna' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_recipe_on_the_page_is_one_that_can_be_tuned():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.S)
    plain = yaml.safe_load(text)
    plain["branches"]["factors"] = {"rank": "popularity"}  # its library may be missing here
    assert {space.path for space in check_searched(read(plain), installed())} == {
        "branches.linear.rank.l2",
        "branches.neighbours.rank",
        "branches.neighbours.rank(item-knn).neighbours",
        "fuse.k",
    }


def test_every_option_of_the_command_is_on_the_page():
    from palate_tune.command import command

    text = PAGE.read_text()
    shared = {"--set", "--store", "--output", "--json", "--quiet", "--debug"}
    for option in command.params:
        long = [name for name in option.opts if name.startswith("--")]
        assert not long or shared & set(long) or any(name in text for name in long), long


def test_the_tuner_on_the_page_finds_a_recipe(searched, tmp_path):
    text = next(
        code for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S) if "def random" in code
    )
    found: dict = {}
    exec(text, found)
    value, recipe = found["random_search"](searched, tmp_path, trials=4)
    assert 0 < value <= 1
    assert 0.1 <= recipe.branches[0].rank.options["l2"] <= 1000
