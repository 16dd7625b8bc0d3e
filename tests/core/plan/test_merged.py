import pytest

from palate.errors import StoreError
from palate.plan import MergedPlan, compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def planned(recipe, store, settings=()):
    return compile_plan(load_recipe(recipe, settings), store)


def test_what_several_plans_share_stands_once_in_their_union(recipe, store):
    plans = [planned(recipe, store, [f"branches.linear.rank.l2={l2}"]) for l2 in (1.0, 2.0, 3.0)]
    union = MergedPlan(tuple(plans))
    fitted = [step.blocks[0].name for step in union.steps if step.operation == "fit"]
    assert [step.operation for step in union.steps].count("source") == 1
    assert (fitted.count("popularity"), fitted.count("ease")) == (2, 6), "once on each part, and three EASE"
    assert union.name == "shop"


def test_the_union_computes_what_the_plans_alone_would_and_leaves_them_nothing_to_do(recipe, store, tmp_path):
    settings = (["seed=3"], ["branches.linear.rank.l2=9"])
    plans = [planned(recipe, store, each) for each in settings]
    union = MergedPlan(tuple(plans))
    together = Execution(union, lambda event: None).run()
    assert len(together.computed) == len([step for step in union.steps if step.kept])
    for plan, each in zip(plans, settings, strict=True):
        assert plan.missing() == ()
        alone = Execution(planned(recipe, Store(tmp_path / "other"), each), lambda event: None).run()
        for row in plan.rows:
            assert together.value(row.evaluation).summary == alone.value(row.evaluation).summary


def test_a_step_that_fails_names_the_recipe_it_belongs_to(recipe, store, monkeypatch):
    from palate_linear.ease import Ease

    fit = Ease.fit
    monkeypatch.setattr(Ease, "fit", lambda self, training: 1 / 0 if self.l2 == 9 else fit(self, training))
    other = recipe | {"name": "broken"}
    plans = (planned(recipe, store), planned(other, store, ["branches.linear.rank.l2=9"]))
    with pytest.raises(ZeroDivisionError) as caught:
        Execution(MergedPlan(plans), lambda event: None).run()
    assert caught.value.__notes__ == ["in step 'branches.linear.fit' of recipe 'broken'"]


def test_plans_over_two_stores_are_refused(recipe, store, tmp_path):
    with pytest.raises(StoreError, match="share a store"):
        MergedPlan((planned(recipe, store), planned(recipe, Store(tmp_path / "b"))))


def test_what_is_forgotten_is_read_again_from_the_store(recipe, store):
    plan = planned(recipe, store)
    done = Execution(plan, lambda event: None).run()
    before = done.value(plan.rows[0].evaluation)
    done.value(plan.fold)
    done.forget([plan.fold])
    assert list(done.values) == [plan.fold.fingerprint]
    assert done.value(plan.rows[0].evaluation).summary == before.summary
