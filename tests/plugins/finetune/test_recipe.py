"""`finetune:` in recipes: what is trained on, what reads the model, what is kept, and what is wrong."""

import numpy as np
import pytest

import palate
from palate.cli import main
from palate.errors import RecipeError
from palate.plan import compile_plan
from palate.recipe import load_recipe
from palate.store import Store
from palate_finetune.finetuner import Transformers

from .conftest import encoder_of

pytest.importorskip("peft", reason="the finetuner needs torch, transformers and peft")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Runs are written below the folder that one is in."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def recipe(tmp_path, models, planted):
    """The planted data with days; item 99, which has the marker for a text, comes on the last day only."""
    history, texts, *_ = planted
    lines = ["user_id,item_id,timestamp"]
    for user, item, day in zip(history.owners, history.items, np.arange(len(history.items)) % 8, strict=True):
        lines.append(f"u{user:02},{item:02},{86400 * int(day)}")
    lines += [f"u{user:02},99,{86400 * 9}" for user in range(30)]
    (tmp_path / "events.csv").write_text("\n".join(lines) + "\n")
    rows = [f"{at:02},{text}" for at, text in enumerate(texts)] + ["99,marker"]
    (tmp_path / "items.csv").write_text("item_id,words\n" + "\n".join(rows) + "\n")
    encode = {"use": "transformers", "model": str(models["bert"]), "backend": "torch", "dtype": "float32"}
    return {
        "recipe": 1, "name": "taught", "seed": 1,
        "data": {
            "source": {
                "use": "files", "interactions": str(tmp_path / "events.csv"),
                "items": str(tmp_path / "items.csv"),
            },
            "split": {"use": "temporal", "test": 0.2, "validation": 0.1},
        },
        "branches": {
            "words": {
                "text": [{"use": "template", "template": "{words}"}],
                "encode": encode | {"pooling": "mean"},
                "finetune": {
                    "use": "transformers", "epochs": 2, "learning_rate": 5e-3, "precision": "float32",
                    "patience": 0,
                },
                "objectives": ["contrastive"],
                "transform": ["center", "l2"], "aggregate": "mean", "rank": "cosine",
            }
        },
        "top": 5, "evaluate": ["ndcg@5"],
    }  # fmt: skip


@pytest.fixture
def seen(monkeypatch):
    """What finetuners were given, one after another."""
    given, real = [], Transformers.train

    def spy(self, model, training, objectives, folder):
        given.append(training)
        return real(self, model, training, objectives, folder)

    monkeypatch.setattr(Transformers, "train", spy)
    return given


def test_nothing_that_is_held_out_is_trained_on(recipe, seen):
    """The part that is tested starts in the fourth fifth of the events; the marker is in none before."""
    palate.run(recipe)
    (training,) = seen
    assert training.items.frame.columns == ["id", "text"]
    assert "marker" not in training.text.to_list()
    blank = np.array([text == "" for text in training.text])
    assert np.array_equal(blank, training.history.popularity == 0)
    days = training.history.times // 86400
    assert days.max() < 9
    assert 0 < len(training.history.items) <= 0.8 * 510


def test_a_model_for_the_validation_part_is_trained_without_it(recipe, seen):
    recipe["branches"]["popular"] = {"rank": "popularity"}
    recipe["fuse"] = {"use": "weighted", "weights": "tune"}
    palate.run(recipe)
    with_it, without = sorted((len(each.history.items) for each in seen), reverse=True)
    assert without < with_it


def test_the_encoder_reads_what_was_trained_and_the_store_keeps_it(recipe, seen, tmp_path):
    first = palate.run(recipe, store=tmp_path / "store")
    again = palate.run(recipe, store=tmp_path / "store")
    assert len(seen) == 1
    assert first.metrics.equals(again.metrics)
    plan = compile_plan(load_recipe(recipe), Store(tmp_path / "store"))
    (step,) = (each for each in plan.steps if each.operation == "finetune")
    folder = plan.store.load(step.fingerprint).path
    (vectors,) = (each for each in plan.steps if each.operation == "encode")
    expected = encoder_of(folder).encode(["w00 w01"])
    assert plan.store.meta(step.fingerprint).notes["objectives"] == "contrastive"
    assert plan.store.load(vectors.fingerprint).shape == (49, expected.shape[1])


def test_another_objective_or_model_is_another_step_and_the_text_is_not(recipe, tmp_path):
    def steps(**change):
        branch = recipe["branches"]["words"] | change
        changed = recipe | {"branches": {"words": branch}}
        plan = compile_plan(load_recipe(changed), Store(tmp_path))
        return {each.operation: each.fingerprint for each in plan.steps}

    one, other = steps(), steps(objectives=[{"use": "contrastive", "window": 3}])
    assert one["text"] == other["text"]
    assert one["finetune"] != other["finetune"]
    assert one["encode"] != other["encode"]


def test_a_view_may_be_finetuned_beside_one_that_is_not(recipe, seen):
    branch = recipe["branches"]["words"]
    taught = branch.pop("encode") | {"finetune": branch.pop("finetune")}
    taught |= {"objectives": branch.pop("objectives")}
    branch["encode"] = [taught, {"use": "tfidf"}]
    run = palate.run(recipe)
    assert len(seen) == 1
    assert run.metrics["ndcg@5"].is_not_null().all()


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        ({"objectives": None}, "finetune", "it needs to know by what to train"),
        ({"finetune": None}, "objectives", "nothing is trained by them; add `finetune:`"),
        ({"encode": "tfidf"}, "finetune", "encoder 'tfidf' has no language model that could be trained"),
        ({"objectives": ["contrastiv"]}, "objectives", "Did you mean 'contrastive'?"),
        ({"encode": None, "text": None, "transform": None}, "finetune", "add `encode:` to the branch"),
    ],
)
def test_a_mistake_is_one_problem_at_its_place(recipe, change, where, said):
    branch = {**recipe["branches"]["words"], **change}
    recipe["branches"] = {"words": {key: value for key, value in branch.items() if value is not None}}
    with pytest.raises(RecipeError) as caught:
        load_recipe(recipe)
    problems = [each for each in caught.value.problems if where in each.path]
    assert said in problems[0].message


def test_a_recipe_with_a_finetuner_survives_being_written_down(recipe):
    checked = load_recipe(recipe)
    assert load_recipe(checked.plain()).plain() == checked.plain()


def test_the_model_of_a_run_is_exported_and_another_recipe_goes_on_from_it(recipe, tmp_path, capsys):
    run = palate.run(recipe, store=tmp_path / "store", folder=tmp_path / "runs")
    words = ["export", str(run.folder), "--store", str(tmp_path / "store"), "--encoder"]
    assert main([*words, str(tmp_path / "model")]) == 0
    assert (tmp_path / "model/config.json").is_file()
    recipe["branches"]["words"]["encode"]["model"] = str(tmp_path / "model")
    assert load_recipe(recipe).branches[0].encode.options["model"] == str(tmp_path / "model")
    palate.run(recipe, store=tmp_path / "store")
    assert main([*words, str(tmp_path / "model")]) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_run_without_a_finetuner_has_no_model_to_export(recipe, tmp_path, capsys):
    recipe["branches"] = {"popular": {"rank": "popularity"}}
    run = palate.run(recipe, folder=tmp_path / "runs")
    assert main(["export", str(run.folder), "--encoder", str(tmp_path / "model")]) == 2
    assert "finetuned no language model" in capsys.readouterr().err
    assert not (tmp_path / "model").exists()
