"""What CONTRIBUTING.md says of places is so."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TABLE = TEXT.split("| X | place |")[1].split("\n\n")[0]
PLACES = sorted(
    {
        place
        for place in re.findall(r"`([\w./*-]+)`", TABLE)
        if place.split("/")[0] in ("core", "plugins", "docs", "recipes", ".ci", "constraints.txt")
    }
)


@pytest.mark.parametrize("place", PLACES)
def test_a_place_where_something_is_changed_is_there(place):
    assert list(ROOT.glob(place)), place


def test_every_folder_of_the_core_stands_in_the_table():
    folders = [path.name for path in (ROOT / "core" / "palate").iterdir() if (path / "__init__.py").is_file()]
    assert [name for name in folders if f"core/palate/{name}" not in TABLE] == []


def test_the_layers_stand_in_their_order():
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(each for each in linter["contracts"] if each["type"] == "layers")["layers"]
    rank = {name: at for at, layer in enumerate(layers) for name in layer.split(" | ")}
    folders = {name for name in rank if (ROOT / "core" / "palate" / name).is_dir()}
    said = re.findall(r"`(\w+)`", TEXT.split("Layers inside the core")[1].split("`tests`")[0])
    assert set(said) == folders
    assert [rank[name] for name in said] == sorted(rank[name] for name in said)
