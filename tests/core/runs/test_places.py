"""Runs and stores in folders whose names look like patterns."""

import json

import pytest


@pytest.mark.parametrize("name", ["a*", "a?", "a[1]"])
def test_folders_named_like_patterns_are_no_patterns(recipe, tmp_path, palate, name):
    (tmp_path / "recipe.yaml").write_text(json.dumps(recipe))
    values = []
    for folder in (tmp_path / "a1", tmp_path / name):
        words = ("-q", "run", tmp_path / "recipe.yaml", "--runs", folder / "runs", "--store", folder / "store")
        code, said, error = palate(*words)
        assert code == 0, error
        (run,) = (folder / "runs").iterdir()
        assert palate("-q", "recommend", run, "--new-user")[0] == 0
        assert palate("-q", "show", run)[0] == 0
        values.append(json.loads((run / "results.json").read_text())["rows"])
        words = ("-q", "run", tmp_path / "recipe.yaml", "--runs", folder / "again", "--store", folder / "store")
        assert palate(*words)[0] == 0  # out of the store
    one, other = ([row["metrics"] for row in rows] for rows in values)
    assert one == other
