import polars as pl
import pytest

from palate import compare
from palate.errors import DataError
from palate_compare.ranking_files import read_ranking


@pytest.fixture
def own(found):
    """What palate itself ranked, with scores: written out and read back it must score the same."""
    return found.entries[1].evaluations[0].run


def written(own, path, kind):
    frame = own.ranking("linear").with_columns(pl.col("score").round(6))
    user, item = pl.col("user"), pl.col("item")
    if kind == "trec":
        score = -pl.col("rank").cast(pl.Float64)
        line = pl.concat_str([user, pl.lit("Q0"), item, pl.col("rank"), score, pl.lit("x")], separator="\t")
        path.write_text("\n".join(frame.select(line).to_series()) + "\n")
    elif kind == "rectools":
        frame.select(user.alias("user_id"), item.alias("item_id"), "score", "rank").sample(
            fraction=1.0, shuffle=True, seed=1
        ).write_csv(path)
    elif kind == "recbole":
        named = [
            user.alias("user_id:token"),
            item.alias("item_id:token"),
            (-pl.col("rank")).alias("score:float"),
        ]
        frame.select(named).write_csv(path, separator="\t")
    elif kind == "elliot":
        frame.select(user, item, 1 / pl.col("rank")).write_csv(path, separator="\t", include_header=False)
    else:
        frame.select(user, item, (100 - pl.col("rank")).alias("score")).write_parquet(path)
    return path


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("trec", "a.run"),
        ("rectools", "a.csv"),
        ("recbole", "a.tsv"),
        ("elliot", "b.tsv"),
        ("parquet", "a.parquet"),
    ],
)
def test_a_ranking_that_went_through_another_tools_file_scores_as_it_did(own, tmp_path, kind, name):
    file = written(own, tmp_path / name, kind)
    found = compare(own, imports={"theirs": file})
    ours, theirs = (found.table.filter(name=each) for each in ("single", "theirs"))
    assert theirs.select("ndcg@5", "recall@5", "coverage@5").row(0) == ours.select(
        "ndcg@5", "recall@5", "coverage@5"
    ).row(0)
    assert found.names == ["single", "popularity", "theirs"]
    assert found.as_dict()["entries"][2]["kind"] == "imported"
    assert "theirs" in found.to_html()


def test_what_is_wrong_with_an_imported_ranking_is_counted_and_fixed(own, tmp_path):
    ground_truth = own.ground_truth
    frame = own.ranking("linear").select("user", "item", "rank")
    people = frame["user"].unique().sort()
    gone, seer = people[0], people[1]
    row = ground_truth.users["id"].search_sorted(seer)
    met = ground_truth.items.ids[int(ground_truth.history.items[ground_truth.history.indptr[row]])]
    twice = frame.filter(user=people[2])["item"][0]
    users, items = ["nobody", seer, seer, people[2]], [3, met, 99_999, twice]
    more = pl.DataFrame({"user": users, "item": items, "rank": [1, 0, 0, 11]}, schema=frame.schema)
    pl.concat([frame.filter(pl.col("user") != gone), more]).write_parquet(tmp_path / "r.parquet")
    found = compare(own, imports={"theirs": tmp_path / "r.parquet"})
    assert found.as_dict()["entries"][2]["corrections"] == {
        "unknown users": 1, "unknown items": 1, "repeated": 1, "seen": 1, "without ranking": 1, "short": 0
    }  # fmt: skip
    assert {warned.kind for warned in found.warnings} == {"dropped", "seen items"}
    theirs, ours = found.entries[2].evaluations[0].per_user, found.entries[0].evaluations[0].per_user
    assert theirs.filter(user=gone)["ndcg@5"].item() == 0.0
    assert theirs.filter(user=seer)["ndcg@5"].item() == ours.filter(user=seer)["ndcg@5"].item()
    assert len(found.paired) == len(ground_truth)


def test_a_ranking_shorter_than_the_metric_is_said(own, tmp_path):
    own.ranking("linear").filter(pl.col("rank") <= 3).select("user", "item", "rank").write_csv(
        tmp_path / "r.csv"
    )
    found = compare(own, imports={"theirs": tmp_path / "r.csv"})
    assert "too short" in {warned.kind for warned in found.warnings}


def test_the_order_of_lines_with_one_score_does_not_matter(own, tmp_path):
    frame = own.ranking("linear").select("user", "item", score=pl.lit(1.0))
    values = []
    for seed in (1, 2):
        path = tmp_path / f"{seed}.csv"
        frame.sample(fraction=1.0, shuffle=True, seed=seed).write_csv(path)
        values.append(compare(own, imports={"theirs": path}).table.filter(name="theirs")["ndcg@5"].item())
    assert values[0] == values[1]


def test_trec_files_go_by_score_and_tables_by_rank(tmp_path):
    (tmp_path / "a.run").write_text("1 Q0 9 1 0.2 t\n1  Q0 8 2 0.9 t\n\n")
    assert read_ranking(tmp_path / "a.run").sort("order")["item"].to_list() == ["8", "9"]
    (tmp_path / "a.csv").write_text("user,item,score,rank\n1,9,0.2,1\n1,8,0.9,2\n")
    assert read_ranking(tmp_path / "a.csv").sort("order")["item"].to_list() == ["9", "8"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "must have a user, an item, and a score or a rank"),
        ("user,item,score\n1,2,x\n", "1 of 1 lines have no user"),
        ("user,item,score\n", "has no lines"),
        ("user,item,score\nzz,2,1\n", "none of its user ids is in the run; they begin with 'zz'"),
    ],
)
def test_a_file_that_is_no_ranking_is_refused(own, tmp_path, text, said):
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(DataError, match=said):
        compare(own, imports={"theirs": tmp_path / "bad.csv"})


def test_the_recipe_whose_protocol_evaluates_a_ranking_may_be_named_alone(own, tmp_path):
    file = written(own, tmp_path / "a.csv", "rectools")
    found = compare(imports={"theirs": file}, protocol_from=own.folder)
    assert found.names == ["single", "popularity", "theirs"]
