import numpy as np
import pytest

from palate import History, Query
from palate.errors import ComponentError
from palate.pipeline.silence import Silence, unscored
from palate.plan import compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.store import Store

NAN = np.nan


@pytest.fixture
def notices(recipe, tmp_path):
    """What is reported while the recipe runs, and the notes of each step."""

    def run(settings=()):
        events = []
        plan = compile_plan(load_recipe(recipe, settings), Store(tmp_path / "store"))
        Execution(plan, events.append).run()
        notes = {event.step: event.details for event in events if event.what == "step-finished"}
        return [event.message for event in events if event.what == "notice"], notes

    return run


def silent(self, query):
    return np.full((len(query), query.history.n_items), NAN, np.float32)


def test_a_ranker_that_scores_nothing_is_reported_and_noted(notices, monkeypatch, recipe):
    from palate_linear.ease import Ease

    recipe["fuse"] = {"use": "weighted"}
    monkeypatch.setattr(Ease, "score", silent)
    said, notes = notices()
    known = notes["branches.linear.recommend"]
    assert said == [
        "branches.linear.recommend: branch 'linear' scored no item for 28 of the 28 users that it should "
        "serve; nothing in the results comes from it"
    ]
    assert known["silent"] == [said[0].partition(": ")[2]]
    assert known["by fallback"] == known["users"] == 28


def test_a_fuser_that_scores_nothing_is_reported_once(notices, monkeypatch, recipe):
    from palate_fusion.weighted import Weighted

    recipe["fuse"] = {"use": "weighted"}
    monkeypatch.setattr(Weighted, "fuse", lambda self, scores, query: silent(self, query))
    said, _ = notices()
    assert len(said) == 1
    assert said[0].startswith("hybrid.recommend: fuser 'weighted' scored no item for 28 of the 28 users")


def test_a_run_in_which_all_score_reports_nothing(notices):
    said, notes = notices()
    assert not [line for line in said if "scored no item" in line]
    assert "silent" not in notes["hybrid.recommend"]
    assert notes["branches.popular.recommend"]["by fallback"] == 0


def test_users_for_whom_a_part_is_silent_are_counted_among_those_it_serves():
    block = np.array([[1, NAN], [NAN, 2], [NAN, NAN], [NAN, NAN]], np.float32)
    assert unscored(block).tolist() == [False, False, True, True]
    assert unscored(np.empty((2, 0), np.float32)).all()
    found = Silence()
    found.heard("branch 'a'", block, np.array([True, True, True, False]))
    found.heard("branch 'b'", block[:2], np.ones(2, bool))
    assert found.notices() == ["branch 'a' scored no item for 1 of the 3 users that it should serve"]


def test_a_component_that_ends_the_program_is_named(notices, monkeypatch):
    from palate_linear.ease import Ease

    monkeypatch.setattr(Ease, "fit", lambda self, training: exit_now())
    with pytest.raises(ComponentError, match=r"ranker 'ease' tried to end the program with sys.exit\(0\)"):
        notices()


def exit_now():
    raise SystemExit(0)


def test_a_query_of_nobody_is_silent_for_nobody():
    nobody = Query(np.empty(0, np.int32), History.from_lists([], 3))
    found = Silence()
    found.heard("branch 'a'", silent(None, nobody), np.ones(0, bool))
    assert found.notices() == []
