import math
from collections import Counter

import numpy as np
import pytest

import palate
from palate import Fold, Ranking
from palate.arrays.topk import top_k
from palate.errors import TuningError
from palate.plan.operations import OPERATIONS
from palate.registry import installed
from palate.store import Store
from palate_tune import trial as trial_module
from palate_tune import tune
from palate_tune.sampling import grid as combinations

L2 = "branches.linear.rank.l2"
NEIGHBOURS = "branches.near.rank.neighbours"


def listed(tuned):
    return tuned.trials.drop("seconds", "steps").rows()


def counted(monkeypatch):
    """How often each operation is carried out."""
    done = Counter()
    for name, operation in list(OPERATIONS.items()):

        def work(request, *inputs, name=name, operation=operation):
            done[name] += 1
            return operation(request, *inputs)

        monkeypatch.setitem(OPERATIONS, name, work)
    return done


def test_values_are_those_of_a_model_fitted_on_training_and_evaluated_on_validation(searched, tmp_path):
    tuned = tune(searched, trials=4, sampler="random", store=tmp_path)
    source = dict(searched["data"]["source"])
    dataset = installed().find("source", source.pop("use")).make(source).load()
    split = dict(searched["data"]["split"])
    splitter = installed().find("splitter", split.pop("use")).make(split)
    (fold,) = splitter.split(dataset, np.random.default_rng(searched["seed"]))
    people = fold.users(dataset, "validation")
    query, truth = fold.query(dataset, "validation"), fold.truth(dataset, "validation")
    metric = installed().find("metric", "ndcg").make({"k": 5})
    for row in tuned.trials.to_dicts():
        ranker = installed().find("ranker", "ease").make({"l2": row[L2]})
        training = palate.Training(fold.training(dataset, "validation"), dataset.items, dataset.users)
        known = query.history.counts > 0
        assert known.all()
        scores = ranker.fit(training).score(query)
        items, values = top_k(scores, 5, query.history.matrix, query.ties(searched["seed"]))
        by_hand = np.nanmean(metric.score(Ranking(people, items, values), truth))
        assert row["value"] == pytest.approx(by_hand, abs=1e-12)
    assert tuned.value == tuned.trials["value"].max()
    assert tuned.values == {L2: tuned.trials.sort("value", descending=True)[L2][0]}


def test_the_test_part_is_never_read(searched, tmp_path, monkeypatch):
    def guarded(name, plain):
        def asked(self, dataset, part="test", *more):
            assert part == "validation", f"{name} was asked about the {part} part"
            return plain(self, dataset, part, *more)

        return asked

    for name in ("users", "training", "seen", "query", "truth"):
        monkeypatch.setattr(Fold, name, guarded(name, getattr(Fold, name)))
    assert tune(searched, trials=2, store=tmp_path).trials.height == 2


def test_the_same_seed_gives_the_same_trials_and_another_seed_others(searched, tmp_path):
    first = tune(searched, trials=12, store=tmp_path / "a")
    assert listed(tune(searched, trials=12, store=tmp_path / "b")) == listed(first)
    assert listed(tune(searched, trials=12, store=tmp_path / "c", seed=4)) != listed(first)


@pytest.mark.parametrize("sampler", ["tpe", "random", "grid"])
def test_a_study_goes_on_as_if_it_had_never_ended(grid, tmp_path, sampler):
    whole = tune(grid, trials=4, sampler=sampler, store=tmp_path / "a")
    tune(grid, trials=2, sampler=sampler, store=tmp_path / "b")
    assert listed(tune(grid, trials=4, sampler=sampler, store=tmp_path / "b")) == listed(whole)


def test_a_study_that_has_its_trials_computes_nothing(searched, tmp_path, monkeypatch):
    first = tune(searched, trials=3, store=tmp_path)
    done = counted(monkeypatch)
    again = tune(searched, trials=3, store=tmp_path)
    assert listed(again) == listed(first)
    assert not done


def test_what_was_stopped_does_not_count_and_its_place_is_taken_again(searched, tmp_path, monkeypatch):
    whole = tune(searched, trials=14, store=tmp_path / "a")
    plain, seen = trial_module._evaluate, []

    def stopping(trial, recipe, objective, computed):
        seen.append(trial.number)
        value = plain(trial, recipe, objective, computed)
        if len(seen) == 12:
            raise KeyboardInterrupt
        return value

    monkeypatch.setattr(trial_module, "_evaluate", stopping)
    with pytest.raises(KeyboardInterrupt):
        tune(searched, trials=14, store=tmp_path / "b")
    resumed = tune(searched, trials=14, store=tmp_path / "b")
    assert resumed.trials.height == 14
    assert resumed.trials["trial"].to_list() == [*range(11), 12, 13, 14]
    assert resumed.trials.drop("trial", "seconds", "steps").equals(
        whole.trials.drop("trial", "seconds", "steps")
    )


def test_a_grid_tries_every_combination_once_and_then_ends(grid, tmp_path):
    tuned = tune(grid, trials=30, sampler="grid", store=tmp_path)
    tried = sorted(tuned.trials.select(L2, NEIGHBOURS).rows())
    assert tried == [("1.0", 3), ("1.0", 4), ("50.0", 3), ("50.0", 4)]


def test_a_grid_asks_for_what_lies_in_a_choice_only_where_it_is_chosen():
    from palate.recipe.yaml import parse

    text = "fuse: {search: choice, values: [x, {use: y, k: {search: int, low: 1, high: 2}}]}"
    found = combinations(parse(text, "r"))
    assert sorted(map(str, found)) == [
        "{'fuse': 'x'}", "{'fuse': 'y', 'fuse(y).k': 1}", "{'fuse': 'y', 'fuse(y).k': 2}",
    ]  # fmt: skip


def test_steps_that_trials_share_are_computed_once(grid, tmp_path, monkeypatch):
    done = counted(monkeypatch)
    tuned = tune(grid, trials=4, sampler="grid", store=tmp_path)
    # Two penalties, two numbers of neighbours, and the fallback: five fits for four trials.
    assert (done["source"], done["split"], done["fit"], done["evaluate"]) == (1, 1, 5, 4)
    assert tuned.shared == 3
    assert tuned.trials["steps"].sum() == 4 + 4 + 4


def test_nothing_is_kept_of_a_fit_that_no_other_trial_could_use(searched, grid, tmp_path):
    tune(searched, trials=3, store=tmp_path / "endless")
    tune(grid, trials=4, sampler="grid", store=tmp_path / "few")

    def kept(store):
        folder = Store(store).root / "artifacts"
        return Counter(Store(store).meta(path.name).step for path in folder.glob("*/*"))

    assert kept(tmp_path / "endless") == {
        "data.source": 1, "data.split": 1, "fallback.fit@validation": 1, "validation.evaluate": 3,
    }  # fmt: skip
    assert kept(tmp_path / "few")["branches.linear.fit@validation"] == 2


@pytest.fixture
def fragile(monkeypatch):
    """EASE that breaks with any penalty above this one."""
    cls = installed().find("ranker", "ease").cls
    plain = cls.fit

    def breaking(above):
        def fit(self, training):
            if self.l2 > above:
                raise FloatingPointError("out of range")
            return plain(self, training)

        monkeypatch.setattr(cls, "fit", fit)

    return breaking


def test_a_trial_that_fails_is_kept_with_its_reason_and_the_others_go_on(grid, tmp_path, fragile):
    fragile(above=10)
    tuned = tune(grid, trials=4, sampler="grid", store=tmp_path)
    failed = tuned.trials.filter(tuned.trials["state"] == "failed")
    assert failed[L2].to_list() == ["50.0", "50.0"]
    assert failed["reason"].to_list() == ["FloatingPointError: out of range"] * 2
    assert (tuned.count("complete"), tuned.values[L2]) == (2, 1.0)


def test_where_every_trial_fails_the_reason_is_said_once(searched, tmp_path, fragile):
    fragile(above=0)
    with pytest.raises(TuningError) as caught:
        tune(searched, trials=2, store=tmp_path)
    assert str(caught.value) == "none of 2 trials succeeded: FloatingPointError: out of range"


def test_the_lowest_value_is_the_best_where_less_is_better(searched, tmp_path):
    tuned = tune(searched, trials=5, metric="gini@5", store=tmp_path)
    assert tuned.lower_is_better
    assert tuned.trials["value"].min() < tuned.trials["value"].max()
    assert tuned.value == tuned.trials["value"].min()


def test_a_pruned_trial_was_evaluated_on_a_quarter_of_the_users_and_is_not_the_best(recipe, tmp_path):
    spaces = {"search": "choice", "values": ["random", "popularity", {"use": "ease", "l2": 5.0}]}
    recipe["branches"] = {"one": {"rank": spaces}}
    del recipe["fuse"]
    tuned = tune(recipe, trials=14, sampler="random", pruner="median", store=tmp_path)
    pruned = tuned.trials.filter(tuned.trials["state"] == "pruned")
    assert pruned.height == tuned.count("pruned") > 0
    assert tuned.count("complete") + tuned.count("pruned") == 14
    best = tuned.trials.filter(tuned.trials["trial"] == tuned.best)
    assert best["state"].item() == "complete"
    assert tuned.value == tuned.trials.filter(tuned.trials["state"] == "complete")["value"].max()


def test_processes_share_the_study_and_what_was_computed(grid, tmp_path):
    alone = tune(grid, trials=4, sampler="grid", store=tmp_path / "a")
    together = tune(grid, trials=4, sampler="grid", processes=2, store=tmp_path / "b")
    columns = [L2, NEIGHBOURS, "value"]
    assert sorted(together.trials.select(columns).rows()) == sorted(alone.trials.select(columns).rows())
    assert together.shared == alone.shared == 3


def test_several_recipes_get_the_same_number_of_trials(searched, grid, tmp_path):
    grid["name"], searched["name"] = "two", "one"
    one, two = tune([searched, grid], trials=3, store=tmp_path, study="both")
    assert (one.trials.height, two.trials.height) == (3, 3)
    assert (one.study, two.study) == ("both-one", "both-two")


def test_a_study_of_something_else_is_not_gone_on_with(searched, tmp_path):
    tune(searched, trials=1, store=tmp_path, study="mine")
    with pytest.raises(TuningError, match="'mine' was started with another metric and another seed"):
        tune(searched, trials=2, store=tmp_path, study="mine", metric="recall@5", seed=8)


def test_a_trial_whose_process_is_gone_gives_its_place_back(searched, tmp_path):
    import optuna

    from palate_tune.studies import PROCESS, here

    first = tune(searched, trials=2, store=tmp_path, study="mine")
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(first.file)))
    study = optuna.load_study(study_name="mine", storage=storage)
    study.ask().set_user_attr(PROCESS, [here()[0], 2**22 + 1])
    again = tune(searched, trials=3, store=tmp_path, study="mine")
    assert again.trials["trial"].to_list() == [0, 1, 3]


def test_importance_is_shared_out_and_finds_what_matters(searched, tmp_path):
    searched["branches"]["linear"]["rank"]["memory"] = {"search": "float", "low": 1.0, "high": 2.0}
    tuned = tune(searched, trials=25, sampler="random", store=tmp_path)
    assert math.fsum(tuned.importance.values()) == pytest.approx(1, abs=1e-3)
    assert next(iter(tuned.importance)) == L2
