"""Fewer recommendations than wanted are explained."""

import logging

import pytest

from palate.runs import run

AGAIN = "include_seen=True recommends them again"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def pipeline(recipe, folder):
    return run(recipe, folder=folder, store=folder / "store").pipeline


def test_a_user_who_has_seen_everything_is_told_so(pipeline, caplog):
    found = pipeline.answer(history=range(24))
    assert found.frame.height == 0
    said = f"nothing is left: the user has interacted with all 24 items; {AGAIN}"
    assert found.remarks == (said,)
    with caplog.at_level(logging.WARNING):
        assert pipeline.recommend(history=range(24)).height == 0
    assert [record.message for record in caplog.records] == [said]


def test_with_enough_items_nothing_is_said(pipeline, caplog):
    assert pipeline.answer(history=[1], k=10).remarks == ()
    assert pipeline.recommend("p01").height == 10
    assert caplog.records == []


def test_too_few_are_counted_with_what_is_seen(pipeline):
    found = pipeline.answer(history=[1, 2], k=30)
    assert found.frame.height == 22
    assert found.remarks == (f"22 instead of 30 recommendations: 24 items in all, 2 of them seen ({AGAIN})",)


def test_a_shelf_all_of_it_seen_is_told(pipeline):
    assert pipeline.answer(history=[1, 2, 3], only=[1, 2]).remarks == (
        f"nothing is left: the user has interacted with every item that is allowed (2); {AGAIN}",
    )
    assert pipeline.answer(history=[1, 2, 3], only=[1, 2], include_seen=True, k=2).remarks == ()


@pytest.mark.parametrize("limits", [{"only": []}, {"only": [1], "exclude": [1]}])
def test_a_shelf_with_nothing_on_it_is_told(pipeline, limits):
    found = pipeline.answer(history=[3], **limits)
    assert found.frame.height == 0
    assert found.remarks == ("nothing is recommended: `only` and `exclude` leave no item",)


def test_of_many_users_those_with_too_few_are_counted(pipeline, caplog):
    shelf = pipeline.items.ids.to_list()[::2]  # half of the users interact with even items only
    with caplog.at_level(logging.WARNING):
        frame = pipeline.recommend_many(["p00", "p01"], k=12, only=shelf)
    assert frame.filter(user="p01").height == 12
    assert frame.filter(user="p00").height == 3
    assert [record.message for record in caplog.records] == [
        f"1 of 2 users get fewer than 12 items; seen items are left out: {AGAIN}"
    ]


def test_what_a_reranker_takes_out_is_counted(recipe, folder):
    recipe["rerank"] = [{"use": "rules", "only": [{"attribute": "kind", "values": ["loud tool"]}]}]
    pipeline = run(recipe, folder=folder, store=folder / "store").pipeline
    found = pipeline.answer(history=[0], k=20)
    assert found.remarks == (
        f"12 instead of 20 recommendations: 24 items in all, 1 of them seen ({AGAIN}), "
        "11 that no branch scores or a reranker takes out",
    )
