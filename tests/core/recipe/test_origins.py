from palate.recipe import load_recipe
from palate.recipe.origins import origins


def test_each_value_has_the_place_it_came_from(recipe, tmp_path):
    (tmp_path / "r.yaml").write_text(
        "recipe: 1\nbranches:\n  linear: {rank: ease}\n  popular: {rank: popularity}\n"
    )
    base = {key: value for key, value in recipe.items() if key != "branches"}
    import yaml

    (tmp_path / "base.yaml").write_text(yaml.safe_dump(base))
    text = (tmp_path / "r.yaml").read_text()
    (tmp_path / "r.yaml").write_text("extends: base.yaml\n" + text)
    checked = load_recipe(tmp_path / "r.yaml", ["branches.linear.rank.l2=9"])
    found = {path: (value, origin) for path, value, origin in origins(checked)}
    assert found["branches.linear.rank.l2"] == ("9.0", "--set")
    assert found["branches.linear.rank.use"] == ("ease", f"{tmp_path / 'r.yaml'}:4:18")
    assert found["seed"][1].startswith(f"{tmp_path / 'base.yaml'}:")
    assert found["fallback"] == ("popularity", "default")
