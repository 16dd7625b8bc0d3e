import pytest

from palate.events import ignore
from palate.plan import compile_validation, shared_steps, varying_steps
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.store import Store


@pytest.fixture
def plan(recipe, tmp_path):
    """The validation plan of the shop's recipe with this penalty."""
    recipe["fuse"] = "rrf"

    def compiled(l2=5.0, shares=(1.0,)):
        loaded = load_recipe(recipe, [f"branches.linear.rank.l2={l2}"])
        return compile_validation(loaded, loaded.evaluate[0], Store(tmp_path), shares=shares)

    return compiled


def test_it_is_for_its_evaluations_alone_the_smallest_share_first(plan):
    found = plan(shares=(0.25, 1.0))
    assert [step.name for step in found.targets] == ["validation.evaluate(0.25)", "validation.evaluate"]
    quarter, whole = (Execution(found, ignore).value(step) for step in found.targets)
    assert 0 < quarter.per_user.height < whole.per_user.height


def test_what_plans_share_and_what_varies_between_them(plan):
    one, other = plan(1.0), plan(9.0)
    names = {step.name for step in one.steps if step.fingerprint in shared_steps([one, other])}
    assert {"data.source", "data.split", "branches.popular.fit@validation"} <= names
    assert varying_steps([one, other]) == {
        "branches.linear.fit@validation", "pipeline@validation", "validation.recommend",
    }  # fmt: skip
    assert shared_steps([]) == frozenset()
    assert varying_steps([one]) == frozenset()


def test_plans_may_come_from_an_iterator(plan):
    assert varying_steps(iter([plan(1.0), plan(9.0)])) == varying_steps([plan(1.0), plan(9.0)])


def test_what_is_not_to_be_kept_leaves_nothing_in_the_store_and_gives_the_same_value(plan, tmp_path):
    kept = plan()
    names = frozenset({"branches.linear.fit@validation", "validation.recommend"})
    lean = kept.without_keeping(names)
    assert [step.fingerprint for step in lean.steps] == [step.fingerprint for step in kept.steps]
    (row,) = lean.rows
    value = Execution(lean, ignore).value(row.evaluation).overall
    stored = {step.name for step in kept.steps if kept.store.has(step.fingerprint)}
    assert not stored & names
    assert "validation.evaluate" in stored
    assert Execution(plan(), ignore).value(kept.rows[0].evaluation).overall == value
