import json

import numpy as np
import polars as pl
import pytest

from palate.errors import ComponentError, PalateError
from palate.pipeline import FittedBranch
from palate_profile.branches import interest_branch, interests_of
from palate_profile.export import vectors_table
from palate_profile.interest_profile import interest_profile


def about(run, top=5, **who):
    pipeline = run.pipeline
    return interest_profile(
        pipeline, interest_branch(pipeline), pipeline.lookup.query(**who), who.get("user"), top
    )


def test_a_user_is_described_by_what_they_have_more_of_than_others(made):
    found = about(made(), user="p01")
    assert len(found.interests) == 1
    (kind,) = found.interests[0].features["kind"]
    assert (kind.name, kind.share, kind.average) == ("loud tool", 1.0, 0.5)
    assert kind.items == found.items
    assert all(int(near.title.split()[1]) % 2 == 1 for near in found.interests[0].nearest)
    assert found.interests[0].nearest[0].cosine == pytest.approx(1, abs=1e-6)


def test_a_new_user_is_described_by_their_history(made):
    found = about(made(), history=["thing 2", "thing 4"])
    assert found.user is None
    assert found.interests[0].features["kind"][0].name == "sweet fruit"
    assert {near.item for near in found.interests[0].nearest if near.seen} <= {2, 4}


def test_several_interests_are_described_apart(made):
    found = about(made({"use": "k-means", "interests": 3}), history=[1, 3, 5, 2])
    assert [interest.items for interest in found.interests] == [3, 1]
    assert [interest.share for interest in found.interests] == [0.75, 0.25]
    assert [interest.features["kind"][0].name for interest in found.interests] == ["loud tool", "sweet fruit"]


def test_a_user_without_history_has_no_profile(made):
    with pytest.raises(PalateError, match=r"no interest vector in branch 'content': they have no history"):
        about(made(), history=[])


def test_a_user_whose_items_have_no_vector_has_no_profile(made):
    run = made()
    branch = interest_branch(run.pipeline)
    blank = FittedBranch(branch.name, branch.ranker, branch.aggregator, np.zeros_like(branch.vectors))
    with pytest.raises(PalateError, match="none of their items has a vector"):
        interest_profile(run.pipeline, blank, run.pipeline.lookup.query(user="p01"))


def test_it_can_be_written_as_json(made):
    text = json.dumps(about(made(), user="p02").as_dict(), default=str)
    assert json.loads(text)["interests"][0]["features"]["kind"][0]["name"] == "sweet fruit"


def test_a_pipeline_without_interests_is_said(recipe, tmp_path):
    from palate.runs import run

    done = run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    with pytest.raises(
        PalateError, match="no branch of this pipeline makes interest vectors; it has 'linear', 'p"
    ):
        interest_branch(done.pipeline)


def test_of_several_branches_one_must_be_chosen(made, recipe):
    other = {
        "text": {"use": "template", "template": "{title}"}, "encode": "hash",
        "aggregate": "mean", "rank": "dot",
    }  # fmt: skip
    pipeline = made(fuse="rrf", titles=other, popular={"rank": "popularity"}).pipeline
    with pytest.raises(PalateError, match="say which one: content, titles"):
        interest_branch(pipeline)
    assert interest_branch(pipeline, "titles").name == "titles"
    with pytest.raises(PalateError, match="'popular' makes no interest vectors"):
        interest_branch(pipeline, "popular")
    with pytest.raises(PalateError, match=r"'title' is not in this pipeline.*Did you mean 'titles'"):
        interest_branch(pipeline, "title")


def test_damaged_vectors_and_interests_of_another_width_are_refused(made):
    pipeline = made().pipeline
    branch, query = interest_branch(pipeline), pipeline.lookup.query(user="p01")
    damaged = branch.vectors.copy()
    damaged[0, 0] = np.nan
    with pytest.raises(ComponentError, match="item vectors of branch 'content' hold NaN"):
        interest_profile(pipeline, FittedBranch("content", branch.ranker, branch.aggregator, damaged), query)

    class Narrow:
        name = "narrow"

        def profile(self, query, vectors):
            return np.ones((len(query), 1, 3), np.float32)

    with pytest.raises(ComponentError, match=r"shape \(1, any, 256\); it gave float32 \(1, 1, 3\)"):
        interests_of(FittedBranch("content", branch.ranker, Narrow(), branch.vectors), query)


def test_all_vectors_are_exported_with_ids(made, monkeypatch):
    pipeline = made({"use": "k-means", "interests": 2}).pipeline
    branch = interest_branch(pipeline)
    table = vectors_table(pipeline, branch)
    assert table.columns == ["kind", "id", "title", "interest", "vector"]
    assert table.group_by("kind").len().sort("kind").rows() == [("item", 24), ("user", 60)]
    item = table.filter(pl.col("id") == "5", kind="item").row(0, named=True)
    np.testing.assert_array_equal(item["vector"], branch.vectors[5])
    assert item["title"] == "thing 5"
    second = table.filter(pl.col("id") == "p03", interest=1)["vector"].to_numpy()
    alone = branch.profile(pipeline.lookup.query(user="p03"))
    np.testing.assert_array_equal(second[0], alone[0, 1])
    monkeypatch.setattr("palate_profile.export.BLOCK", 7)
    assert vectors_table(pipeline, branch).equals(table)
