"""One mistake is one problem, with its place said once and the words that a user reads."""

import pytest

from palate.errors import RecipeError
from palate.recipe import load_recipe

RECIPE = """\
recipe: 1
data:
  source: {use: files, interactions: events.csv, items: things.csv}
  split: {use: temporal, test: 0.1, validation: 0.1}
branches:
  words:
    text: {use: template, template: "{title}"}
    encode: tfidf
    transform: l2
    aggregate: recency-mean
    rank: cosine
"""
TWO = "  near: {rank: ease}\nfuse: {use: weighted, weights: tune}\n"
WEIGTS = "fuse={use: weighted, weigts: 3}"


def problems(text, settings=(), *, folder):
    path = folder / "r.yaml"
    path.write_text(text)
    with pytest.raises(RecipeError) as caught:
        load_recipe(path, settings)
    return str(caught.value).replace(f"{path}:", "").split("\n")


@pytest.fixture
def folder(shop, tmp_path, monkeypatch):
    monkeypatch.chdir(shop)
    return tmp_path


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("encode: tfidf", "encode: tfid",
         "8:13  branches.words.encode: there is no encoder 'tfid'. Did you mean 'tfidf'?"),
        ("encode: tfidf", "encod: tfidf",
         "8:5  branches.words.encod: unknown key. Did you mean 'encode'? Here may stand text, encode, "),
        ("encode: tfidf", "encode: 3",
         "8:13  branches.words.encode: must be the name of an encoder, or a mapping with `use`; got 3"),
        ("encode: tfidf", "encode: [tfidf, {use: tfid, weight: 2}]",
         "8:27  branches.words.encode[1]: there is no encoder 'tfid'. Did you mean 'tfidf'?"),
        ("encode: tfidf", "encode: []",
         "8:13  branches.words.encode: needs an encoder, or at least one view"),
        ("use: template", "use: tempate",
         "7:17  branches.words.text: there is no preprocessor 'tempate'. Did you mean 'template'?"),
        ("aggregate: recency-mean", "aggregate: {use: recency-mean, half_life: -3}",
         "10:47  branches.words.aggregate.half_life: must be greater than 0; got -3"),
        ("aggregate: recency-mean", "aggregate: recency-maen",
         "10:16  branches.words.aggregate: there is no aggregator 'recency-maen'. Did you mean"),
        ("aggregate: recency-mean", "aggergate: recency-mean",
         "10:5  branches.words.aggergate: unknown key. Did you mean 'aggregate'?"),
        ("rank: cosine", "rank: cosin",
         "11:11  branches.words.rank: there is no ranker 'cosin'. Did you mean 'cosine'?"),
        ("    rank: cosine", "    rnk: cosine",
         "11:5  branches.words.rnk: unknown key. Did you mean 'rank'?"),
        ("use: files", "use: fles", "3:17  data.source: there is no source 'fles'. Did you mean 'files'?"),
        ("events.csv", "evnts.csv",
         "3:38  data.source.interactions: there is no file evnts.csv. Did you mean 'events.csv'?"),
        ("data:", "dta:", "2:1  dta: unknown key. Did you mean 'data'?"),
        ("branches:", "branchs:", "5:1  branchs: unknown key. Did you mean 'branches'?"),
        ("recipe: 1", "recpe: 1", "1:1  recpe: unknown key. Did you mean 'recipe'?"),
        ("  split:", "  splt:", "4:3  data.splt: unknown key. Did you mean 'split'?"),
        ("use: temporal", "use: tempral", "4:16  data.split: there is no splitter 'tempral'. Did you mean"),
        ("    encode: tfidf\n", "",
         "8:16  branches.words.transform: there are no vectors to transform; add `encode:` to the branch"),
        ("    aggregate: recency-mean\n", "",
         "10:11  branches.words.rank: ranker 'cosine' needs interest vectors from an aggregator in its "
         "branch; add `aggregate:`"),
    ],
)  # fmt: skip
def test_a_mistake_causes_no_others(right, wrong, said, folder):
    (problem,) = problems(RECIPE.replace(right, wrong), folder=folder)
    assert problem.startswith(said)


def test_a_fuser_that_is_unknown_is_not_asked_for_tuning_or_weights(folder):
    text = RECIPE + TWO.replace("use: weighted", "use: weigted")
    (problem,) = problems(text, ["data.split.validation=0"], folder=folder)
    assert problem.startswith("13:13  fuse: there is no fuser 'weigted'. Did you mean 'weighted'?")


def test_a_split_that_is_wrong_is_not_asked_for_a_validation_part(folder):
    (problem,) = problems(RECIPE + TWO, ["data.split.validation=-1"], folder=folder)
    assert problem == "--set  data.split.validation: must be greater than or equal to 0; got -1"


def test_rerankers_ask_for_vectors_only_where_no_branch_was_meant_to_have_them(folder):
    mmr = "rerank: [mmr]\n"
    (problem,) = problems(RECIPE.replace("tfidf", "tfid") + mmr, folder=folder)
    assert "there is no encoder" in problem
    words = RECIPE[RECIPE.index("  words:") :]
    (problem,) = problems(RECIPE.replace(words, "  near: {rank: ease}\n") + mmr, folder=folder)
    assert problem.startswith("7:10  rerank[0]: reranker 'mmr' needs item vectors from an encoder")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("top=many", "--set  top: must be a whole number from 1 to 1000; got 'many'"),
        ("top=true", "--set  top: must be a whole number from 1 to 1000; got true"),
        ("top.x=3", "--set  top: must be a whole number from 1 to 1000; got {'x': 3}"),
        ("data=3", "--set  data: must be a mapping: where the interactions come from, and how they are "
         "divided; got 3"),
        ("data.source=null", "--set  data.source: is required: a source, one of "),
        ("branches.words=null", "--set  branches: needs at least one branch"),
        ("branches.words=ease", "--set  branches.words: must be a mapping with at least `rank`; got 'ease'"),
        ("branches.words.aggregate.half_life=x", "--set  branches.words.aggregate.half_life: must be a "
         "number; got 'x'"),
        (WEIGTS, "--set  fuse.weigts: fuser 'weighted' has no option 'weigts'. Did you mean 'weights'? "
         "It has normalize, weights, trials, caution."),
        ("rerank=[mmr, {use: mmr, diversity: 3}]", "--set  rerank[1].diversity: must be less than or equal "
         "to 1; got 3"),
        ("rerank=[{use: rules, exclude: [{values: [a]}]}]", "--set  rerank[0].exclude[0].attribute: is "
         "required"),
        ("rerank=[{use: rules, pin: [a, {b: 1}]}]", "--set  rerank[0].pin[1]: must be text or a whole "
         "number; got {'b': 1}"),
        ("branches.words.rank={use: text-to-cf, teacher: {use: ease, l2: -1}}",
         "--set  branches.words.rank.teacher.l2: must be greater than 0 or 'auto'; got -1"),
        ("branches.words.rank={use: text-to-cf, teacher: {use: eas}}",
         "--set  branches.words.rank.teacher: there is no ranker 'eas'. Did you mean 'ease'?"),
        ("branches.words.rank={use: text-to-cf, teacher: 3}",
         "--set  branches.words.rank.teacher: must be the name of a ranker, or a mapping with `use`; got 3"),
        ("evaluate=[ndcg@10, ndcg@10]", "--set  evaluate: ndcg@10 stands twice"),
        ("fallback=cosine", "--set  fallback: ranker 'cosine' needs item vectors from an encoder in its "
         "branch, and a fallback has no branch"),
    ],
)  # fmt: skip
def test_a_setting_that_is_wrong_is_told_once_with_its_path(setting, said, folder):
    (problem,) = problems(RECIPE, [setting], folder=folder)
    assert problem.startswith(said)


def test_a_wrong_option_of_a_nested_component_is_pointed_at(folder):
    text = RECIPE.replace("rank: cosine", "rank:\n      use: text-to-cf\n      teacher: {use: ease, l2: -1}")
    assert problems(text, folder=folder) == [
        "13:32  branches.words.rank.teacher.l2: must be greater than 0 or 'auto'; got -1"
    ]


def test_wrong_entries_of_a_list_are_pointed_at_each(folder):
    text = RECIPE + "rerank:\n  - use: rules\n    pin: [a, [b], {c: 1}]\n"
    assert problems(text, folder=folder) == [
        "14:14  rerank[0].pin[1]: must be text or a whole number; got ['b']",
        "14:19  rerank[0].pin[2]: must be text or a whole number; got {'c': 1}",
    ]


def test_several_mistakes_are_told_in_the_order_of_the_file(folder):
    text = RECIPE.replace("tfidf", "tfid").replace("test: 0.1", "test: 3") + "top: 0\n"
    assert [problem.split("  ")[0] for problem in problems(text, folder=folder)] == ["4:32", "8:13", "12:6"]
