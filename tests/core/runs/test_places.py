"""Runs and stores in folders whose names look like patterns."""

import json

import pytest


@pytest.mark.parametrize("name", ["a*", "a?", "a[1]"])
def test_folders_named_like_patterns_are_no_patterns(recipe, tmp_path, palate, name):
    file = tmp_path / "recipe.yaml"
    file.write_text(json.dumps(recipe))
    values = []
    for folder in (tmp_path / "a1", tmp_path / name):
        store = folder / "store"
        code, _, error = palate("-q", "run", file, "--runs", folder / "runs", "--store", store)
        assert code == 0, error
        (run,) = (folder / "runs").iterdir()
        assert palate("-q", "recommend", run, "--new-user")[0] == 0
        assert palate("-q", "show", run)[0] == 0
        values.append(json.loads((run / "results.json").read_text())["rows"])
        assert palate("-q", "run", file, "--runs", folder / "again", "--store", store)[0] == 0
    one, other = ([row["metrics"] for row in rows] for rows in values)
    assert one == other
