import polars as pl
import pytest
import yaml

import palate
from palate import compare
from palate.checksums import seal
from palate.errors import PalateError, RecipeError, StoreError
from palate.runs import Run, run
from palate_compare import Comparison, ProtocolMismatch
from palate_compare.entries import variants
from palate_compare.recipe_differences import differing_settings, unique_names


def test_recipes_are_compared_with_each_other_and_with_popularity(found):
    assert isinstance(found, Comparison)
    assert found.names == ["fused", "single", "chance", "popularity"]
    assert found.pairs.height == 2 * 6
    assert found.best in ("fused", "single")
    worst = found.pairs.filter(metric="ndcg@5", first=found.best, second="popularity")
    assert worst["verdict"].item() == "better"
    assert found.verdict.startswith(f"{found.best} has the highest ndcg@5")


def test_what_is_shared_runs_once(single, places, tmp_path):
    alone = run(single, folder=tmp_path / "a", store=tmp_path / "sa").computed
    together = compare(single, vary=["branches.linear.rank.l2=5.0,50.0,500.0"], folder=tmp_path / "b",
                       store=tmp_path / "sb")  # fmt: skip
    assert together.computed == alone + 2 * 3, "two more fits, rankings and judgements"
    assert compare(single, folder=tmp_path / "b", store=tmp_path / "sb").computed == 0


def test_run_folders_and_globs_need_no_recipe_and_no_store(found):
    folders = [entry.evaluations[0].run.folder for entry in found.entries[:3]]
    read = compare(*folders)
    assert read.pairs.equals(found.pairs)
    assert read.protocol.fingerprint == found.protocol.fingerprint
    matching = f"{str(folders[1])[:-1]}*"
    assert compare(matching, baseline="popularity").names == ["single", "popularity"]


def test_the_order_in_which_pipelines_are_named_changes_no_value(found, single, fused, chance, places):
    other = compare(chance, fused, single, **places)
    keys = ["metric", "first", "second"]
    assert other.pairs.sort(keys).equals(found.pairs.sort(keys))


def test_variants_are_named_by_what_makes_them_different(single, places):
    settings = ["branches.linear.rank.l2=1,500", "data.split.validation=0.1,0.2"]
    assert variants(settings)[1] == ["branches.linear.rank.l2=1", "data.split.validation=0.2"]
    found = compare(single, vary=settings[:1], metric="recall@5", baseline="popularity", **places)
    assert found.names == ["single l2=1.0", "single l2=500.0", "popularity"]
    assert set(found.pairs["second"]) == {"popularity"}


def test_a_block_that_is_another_one_gives_its_name_alone():
    first = {"name": "x", "branches": {"a": {"aggregate": {"use": "recency-mean", "half_life": 7}}}}
    second = {"name": "x", "branches": {"a": {"aggregate": "mean"}}}
    assert differing_settings([first, second]) == {"branches.a.aggregate": ["recency-mean", "mean"]}
    assert unique_names(["x", "x"], [first, second]) == ["x aggregate=recency-mean", "x aggregate=mean"]
    assert unique_names(["x", "x", "y"], [first, first, second]) == ["x", "x (2)", "y"]


@pytest.mark.parametrize("text", ["l2", "=1", "a.b="])
def test_a_variant_without_path_or_values_is_refused(text):
    with pytest.raises(RecipeError, match=r"must look like a\.b\.c=value,value"):
        variants([text])


def test_every_branch_is_compared_where_asked(fused, places):
    found = compare(fused, branches=True, **places)
    assert found.names == ["fused", "fused: linear", "fused: near", "popularity"]


def test_different_protocols_are_refused_with_all_that_differs_and_labelled_anyway(single, chance, places):
    other = chance | {"data": single["data"] | {"split": {"use": "random", "test": 0.3}}}
    with pytest.raises(ProtocolMismatch, match="'single' and 'chance' differ in split: ") as caught:
        compare(single, other, **places)
    assert "--allow-mixed-protocols" in str(caught.value)
    found = compare(single, other, allow_mixed_protocols=True, **places)
    assert found.protocol.differences
    assert found.verdict.startswith("NOT COMPARABLE")
    assert "NOT COMPARABLE" in found.to_markdown()
    assert "<b>Not comparable.</b>" in found.to_html()


def test_the_metrics_that_all_have_are_compared(single, chance, places):
    more = chance | {"evaluate": ["mrr@5", "ndcg@5"]}
    assert compare(single, more, **places).paired.metrics == ("ndcg@5",)
    with pytest.raises(PalateError, match="no metric with a value for each user is in all"):
        compare(single, chance | {"evaluate": ["mrr@5"]}, **places)


def test_users_are_paired_by_id_and_those_missing_are_counted(found, tmp_path):
    import shutil

    first, second = (entry.evaluations[0].run.folder for entry in found.entries[:2])
    copy = tmp_path / "copy"
    shutil.copytree(second, copy)
    frame = pl.read_parquet(copy / "per_user.parquet")
    gone = frame["user"].unique().sort().head(4).to_list()
    frame.filter(~pl.col("user").is_in(gone)).sample(fraction=1.0, shuffle=True, seed=2).write_parquet(
        copy / "per_user.parquet"
    )
    seal(copy)
    read = compare(first, copy)
    assert len(read.paired) == len(found.paired) - 4
    assert read.paired.missing == {"fused": 0, "single": 4, "popularity": 0}
    assert any(warned.kind == "dropped" and "4 users" in warned.message for warned in read.warnings)
    kept = found.entries[1].evaluations[0].per_user.filter(~pl.col("user").is_in(gone))
    assert read.table.filter(name="single")["ndcg@5"].item() == pytest.approx(kept["ndcg@5"].mean())


def test_seeds_are_pooled_by_person_within_each_seed(single, chance, places):
    seeded = {"split": {"use": "random", "test": 0.3}}
    recipes = [each | {"data": each["data"] | seeded} for each in (single, chance)]
    found = compare(*recipes, seeds=(1, 2, 3), **places)
    assert [len(entry.evaluations) for entry in found.entries] == [3, 3, 3]
    by_hand = pl.concat(
        each.per_user.select("user", "ndcg@5", seed=pl.lit(each.run.recipe["seed"]))
        for each in found.entries[0].evaluations
    ).group_by("user").agg(pl.col("ndcg@5").mean())  # fmt: skip
    assert len(found.paired) == by_hand.height
    assert found.table["ndcg@5"][0] == pytest.approx(by_hand["ndcg@5"].mean())
    assert len(found.as_dict()["entries"][0]["folds"]) == 3


def test_other_seeds_of_one_pipeline_than_of_the_other_are_no_common_protocol(single, chance, places):
    a = run(single, ["seed=1"], **places)
    b = run(chance, ["seed=2"], **places)
    with pytest.raises(ProtocolMismatch, match="split"):
        compare(a, b)


def test_the_threshold_is_what_makes_a_difference_small(single, places):
    vary = ["branches.linear.rank.l2=5.0,5.5"]
    wide = compare(single, vary=vary, threshold=0.9, **places)
    assert wide.pairs.filter(metric="ndcg@5").row(0, named=True)["verdict"] == "too small to matter"
    with pytest.raises(PalateError, match="threshold is a share"):
        compare(single, threshold=1.5)


def test_bad_names_are_said_with_what_there_is(found, single, chance, tmp_path, places):
    with pytest.raises(PalateError, match=r"no entry 'fusd' to be the baseline\. Did you mean 'fused'\?"):
        compare(found.entries[0].evaluations[0].run, baseline="fusd")
    with pytest.raises(PalateError, match="no metric 'ndgc@5'"):
        compare(found.entries[0].evaluations[0].run, metric="ndgc@5")
    with pytest.raises(PalateError, match="coverage@5 has one value for all users together"):
        compare(found.entries[0].evaluations[0].run, metric="coverage@5")
    with pytest.raises(PalateError, match="none of them is a run"):
        compare(str(tmp_path / "*"))
    with pytest.raises(StoreError, match="is not a run"):
        compare(tmp_path)
    with pytest.raises(PalateError, match="only finished runs were given"):
        compare(found.entries[0].evaluations[0].run, vary=["a=1"])
    with pytest.raises(PalateError, match="name recipes or runs"):
        compare()
    popular = single | {"name": "popular", "branches": {"p": {"rank": "popularity"}}}
    with pytest.raises(PalateError, match="needs two pipelines"):
        compare(popular, **places)


def test_a_recipe_that_is_wrong_is_refused_before_anything_runs(single, tmp_path):
    with pytest.raises(RecipeError):
        compare(single, vary=["branches.linear.rank.lambda=1,2"], folder=tmp_path / "r", store=tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_an_identical_pipeline_twice_differs_in_nothing(single, places):
    found = compare(single, single | {"name": "twin"}, baseline="single", **places)
    line = found.pairs.filter(metric="ndcg@5", first="twin").row(0, named=True)
    assert (line["difference"], line["low"], line["high"], line["p"]) == (0.0, 0.0, 0.0, 1.0)
    assert line["verdict"] == "too small to matter"


def test_a_constant_scorer_scores_as_chance_does(single, chance, places, monkeypatch):
    """Ties are broken at random, so that no order of the catalogue helps who cannot tell items apart."""
    import numpy as np

    from palate_linear.ease import Ease

    blank = lambda self, query: np.zeros((len(query), query.history.n_items), np.float32)  # noqa: E731
    monkeypatch.setattr(Ease, "score", blank)
    constant = single | {"name": "constant", "branches": {"all": {"rank": {"use": "ease", "l2": 1.0}}}}
    found = compare(
        constant, chance, seeds=range(20), folder=places["folder"], store=places["store"] / "blank"
    )
    line = found.pairs.filter(metric="ndcg@5", first="constant", second="chance")
    line = line if line.height else found.pairs.filter(metric="ndcg@5", first="chance", second="constant")
    assert line["verdict"].item() == "not distinguishable"
    assert found.table.filter(name="constant")["ndcg@5"].item() == pytest.approx(
        found.table.filter(name="chance")["ndcg@5"].item(), abs=0.02
    )


def test_python_gets_frames_text_and_files(found, tmp_path):
    assert palate.compare is compare
    assert palate.compare is compare, "asking twice gives the function, never a module of that name"
    assert found.table.columns[:3] == ["name", "users", "ndcg@5"]
    assert "fused" in repr(found)
    assert "<table" in found._repr_html_()
    text = found.to_csv(tmp_path / "pairs.csv")
    assert (tmp_path / "pairs.csv").read_text() == text
    assert set(pl.read_csv(tmp_path / "pairs.csv")["protocol"]) == {found.protocol.fingerprint}
    assert found.to_latex().count(r" \\") == 1 + len(found.names)
    assert "\\textbf{" in found.to_latex()
    assert found.protocol.fingerprint in found.to_markdown()
    assert len([line for line in found.to_markdown().splitlines() if line.startswith("|")]) == 2 + len(
        found.names
    )


def test_recipes_are_files_too(single, places, tmp_path):
    (tmp_path / "single.yaml").write_text(yaml.safe_dump(single))
    found = compare(tmp_path / "single.yaml", **places)
    assert isinstance(found.entries[0].evaluations[0].run, Run)
