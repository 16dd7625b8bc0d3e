import pytest
import yaml

from palate.errors import RecipeError
from palate.recipe import load_recipe


@pytest.fixture(autouse=True)
def _beside_the_events(shop, monkeypatch):
    monkeypatch.chdir(shop)


def problems(text, tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(text)
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    return [str(problem).replace(f"{path}:", "") for problem in caught.value.problems]


GOOD = """\
recipe: 1
data:
  source: {use: files, interactions: events.csv}
  split: {use: temporal, test: 0.1}
branches:
  near: {rank: {use: item-knn, neighbours: 10}}
"""


def test_a_short_recipe_gets_its_defaults(tmp_path):
    (tmp_path / "r.yaml").write_text(GOOD)
    recipe = load_recipe(tmp_path / "r.yaml")
    assert (recipe.name, recipe.seed, recipe.top, recipe.fallback.name) == ("recipe", 0, 20, "popularity")
    assert [block.label for block in recipe.evaluate] == ["ndcg@10", "recall@20", "coverage@10"]


def test_the_resolved_recipe_resolves_to_itself(recipe, tmp_path):
    plain = load_recipe(recipe).plain()
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(plain))
    assert load_recipe(tmp_path / "r.yaml").plain() == plain


def test_all_problems_are_reported_at_once_each_with_its_place(tmp_path):
    bad = """\
recipe: 2
dta: {}
data:
  source: {use: filez}
  split: {use: temporal, tst: 0.1}
branches:
  near: {rank: {use: item-knn, neighbours: -3}}
  far: {rnk: ease}
top: many
evaluate: [ndgc@10]
"""
    found = problems(bad, tmp_path)
    starts = [line.split("  ")[0] for line in found]
    assert starts == sorted(starts, key=lambda place: tuple(map(int, place.split(":"))))
    text = "\n".join(found)
    for part in (
        "1:9  recipe: must be 1",
        "2:1  dta: unknown key. Did you mean 'data'?",
        "4:17  data.source: there is no source 'filez'. Did you mean 'files'?",
        "5:26  data.split.tst: splitter 'temporal' has no option 'tst'. Did you mean 'test'?",
        "7:44  branches.near.rank.neighbours: must be greater than",
        "8:9  branches.far.rnk: unknown key. Did you mean 'rank'?",
        "9:6  top: must be a whole number from 1 to 1000; got 'many'",
        "10:12  evaluate[0]: there is no metric 'ndgc'. Did you mean 'ndcg'?",
    ):
        assert part in text, part


def test_a_metric_that_is_misspelt_is_named_with_the_nearest(tmp_path):
    found = problems(GOOD + "evaluate: [recal@5]\n", tmp_path)
    assert len(found) == 1
    assert "Did you mean 'recall'?" in found[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("  x: {encode: transformers, rank: cosine}", "branches.x.encode: an encoder needs a text"),
        ("  x: {rank: cosine}", "needs item vectors from an encoder in its branch; add `encode:`"),
        ("  x: {transform: [l2], rank: ease}", "there are no vectors to transform"),
        ("  x: {rank: ease}", "2 branches need one way to be fused"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused_before_computing(tmp_path, change, said):
    assert said in "\n".join(problems(GOOD + change + "\n", tmp_path))


def test_a_need_that_the_source_cannot_meet_is_said_in_words(tmp_path, shop):
    (tmp_path / "e.csv").write_text("user,item\n1,2\n")
    text = GOOD.replace("events.csv", str(tmp_path / "e.csv"))
    found = problems(text, tmp_path)
    assert "splitter 'temporal' needs timestamps; source 'files' has none" in found[0]


def test_weights_for_a_branch_that_is_not_there_are_refused(recipe):
    recipe["fuse"] = {"use": "weighted", "weights": {"linear": 1.0, "popula": 1.0}}
    with pytest.raises(RecipeError, match="popula"):
        load_recipe(recipe)


def test_tuning_without_a_validation_part_is_refused(recipe):
    with pytest.raises(RecipeError, match="tuning needs a validation part"):
        load_recipe(recipe, ["data.split.validation=0"])


def test_a_recipe_that_is_no_mapping_says_what_it_should_be(tmp_path):
    assert "a recipe is a mapping" in problems("- 1\n", tmp_path)[0]
