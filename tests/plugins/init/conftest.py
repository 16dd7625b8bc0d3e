import pytest
import yaml

from palate.runs import run
from palate_init.guess import guess


@pytest.fixture(autouse=True)
def _without_a_language_model(monkeypatch):
    """Words are counted, which takes no time."""
    monkeypatch.setattr("palate_init.draft._has_model", lambda: False)


@pytest.fixture
def taken(tmp_path, monkeypatch):
    """Guess a recipe for files, run it as it is written, and give the guess, the recipe and the run."""
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PALATE_STORE", str(tmp_path / "store"))

    def take(interactions, items=None):
        found = guess(interactions, items)
        (tmp_path / "recipe.yaml").write_text(found.text(), encoding="utf-8")
        result = run(tmp_path / "recipe.yaml", folder=tmp_path / "runs")
        assert not any("does not run" in note for note in found.notes)
        return found, yaml.safe_load(found.text()), result

    return take
