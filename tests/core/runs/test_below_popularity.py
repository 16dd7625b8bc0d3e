"""A branch that recommends worse than popularity is reported, with what to try."""

import types

import numpy as np
import pytest

import palate
from palate.registry import installed


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """60 users who take five of 36 items at random and then two of four that everybody takes."""
    folder = tmp_path_factory.mktemp("crowd")
    rng = np.random.default_rng(2)
    lines = ["user_id,item_id,timestamp"]
    for user in range(60):
        past, common = rng.permutation(np.arange(4, 40))[:5], rng.permutation(4)
        order = [*past, *common[:2]] if user < 40 else [*common, past[0]]  # some have them in training
        lines += [f"u{user},{item},{at * 100 + user}" for at, item in enumerate(order)]
    (folder / "events.csv").write_text("\n".join(lines) + "\n")
    (folder / "items.csv").write_text("item_id,title\n" + "".join(f"{n},thing {n}\n" for n in range(40)))
    return folder


@pytest.fixture
def below(crowd):
    source = {"use": "files", "interactions": str(crowd / "events.csv"), "items": str(crowd / "items.csv")}
    return {
        "recipe": 1,
        "name": "crowd",
        "data": {"source": source, "split": {"use": "user-temporal", "test": 0.3, "validation": 0}},
        "branches": {"factors": {"rank": {"use": "random"}}},
        "top": 5,
        "evaluate": ["ndcg@5"],
    }


@pytest.fixture
def heard():
    events, registry = [], installed()
    registry.listen(types.SimpleNamespace(on_event=events.append))
    return registry, lambda: [event.message for event in events if "below popularity" in event.message]


def test_it_is_reported_once_by_each_run_with_both_values_and_the_interval(below, heard, tmp_path):
    registry, notices = heard
    places = {"folder": tmp_path / "runs", "store": tmp_path / "store", "registry": registry}
    done = palate.run(below, **places)
    (said,) = notices()
    assert said.startswith("branches.factors: below popularity on the same ")
    assert said in done.warnings
    frame = done.per_user.pivot("row", index="user", values="ndcg@5")
    apart = (frame["factors"] - frame["popularity"]).to_numpy()
    assert f"({apart.mean():+.4f}, 95% interval " in said
    assert "`palate tune auto --minutes 10`" in said
    palate.run(below, **places)
    assert notices() == [said] * 2


def test_a_branch_of_texts_is_told_of_its_vectors(below, heard, tmp_path):
    registry, notices = heard
    words = {
        "text": {"use": "column", "column": "title"},
        "encode": "hash",
        "aggregate": "mean",
        "rank": "cosine",
    }
    below["branches"] = {"words": words, "centred": words | {"transform": ["center", "l2"]}}
    palate.run(below | {"fuse": "rrf"}, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
    first, second = notices()
    assert first.startswith("branches.words")
    assert "`transform: [center, l2]`" in first
    assert second.startswith("branches.centred")
    assert "transform" not in second
    assert "another encoder" in second


def test_options_that_were_set_are_named(below, heard, tmp_path):
    registry, notices = heard
    below["branches"] = {"linear": {"rank": {"use": "ease", "l2": 1.0}}}
    palate.run(below, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
    (said,) = notices()
    assert "; `l2` may suit other data: leave out what was set, or search its options" in said


def test_what_is_better_is_not_reported(recipe, heard, tmp_path, monkeypatch):
    monkeypatch.setattr("palate.runs.below_popularity.FEWEST", 20)
    registry, notices = heard
    done = palate.run(recipe, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
    assert done.results["evaluated"]["users"] >= 20
    assert (notices(), done.results["warnings"]) == ([], [])


def test_of_few_users_nothing_is_said(below, heard, tmp_path, monkeypatch):
    monkeypatch.setattr("palate.runs.below_popularity.FEWEST", 61)
    registry, notices = heard
    palate.run(below, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
    assert notices() == []


def test_with_each_event_asked_for_the_difference_is_over_events(below, heard, tmp_path):
    registry, notices = heard
    done = palate.run(
        below | {"ask": "each-event"}, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry
    )
    (said,) = notices()
    value = dict(zip(done.metrics["name"], done.metrics["ndcg@5"], strict=True))
    assert f"({value['factors'] - value['popularity']:+.4f}, " in said
