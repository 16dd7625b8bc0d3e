"""Wide steps in shards give what they give as a whole, to the byte."""

import pytest

from palate.plan import compile_plan, sharding
from palate.plan.compute import FromStore, compute
from palate.plan.execute import Execution
from palate.plan.sharding import shards_of
from palate.recipe import load_recipe
from palate.store import Store
from palate.store.texts import TextVectors


def bytes_of(store, step):
    folder = store.path(step.fingerprint)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "meta.json"}


def in_shards(step, store, count):
    """Compute a step from its shards, each read and written by itself."""
    shards = shards_of(step, store, count, 1)
    assert len(shards) == count
    for shard in shards:
        compute(shard, store)
    return compute(step, store, shards=shards).meta


@pytest.fixture
def done(recipe, tmp_path):
    recipe["branches"]["content"] = {
        "text": {"use": "column", "column": "title"},
        "encode": {"use": "hash", "dimensions": 16},
        "aggregate": "mean",
        "rank": "cosine",
    }
    plan = compile_plan(load_recipe(recipe), Store(tmp_path / "store"))
    Execution(plan, lambda event: None).run()
    return plan


@pytest.mark.parametrize("count", [2, 3, 40])
def test_users_ranked_in_shards_have_the_rankings_and_notes_of_all_at_once(done, count):
    step, store = done.final.ranking, done.store
    right, noted = bytes_of(store, step), store.meta(step.fingerprint).notes
    store.discard(step.fingerprint)
    assert in_shards(step, store, count).notes == noted
    assert bytes_of(store, step) == right


def test_a_shard_has_a_fingerprint_of_its_own_by_its_number_and_how_many_there_are(done):
    two, three = (shards_of(done.final.ranking, done.store, count, 1) for count in (2, 3))
    assert len({shard.fingerprint for shard in (*two, *three, done.final.ranking)}) == 6
    assert two[0].name == f"{done.final.ranking.name}#1"


def test_a_step_that_is_not_wide_enough_or_of_another_kind_stays_whole(done):
    assert shards_of(done.final.ranking, done.store, 2, 10_000) == ()
    assert shards_of(done.final.ranking, done.store, 1, 1) == ()
    assert shards_of(done.final.evaluation, done.store, 2, 1) == ()


def test_texts_encoded_in_shards_give_the_vectors_of_all_at_once(done, monkeypatch, tmp_path):
    monkeypatch.setattr("palate.store.texts.CHUNK_TEXTS", 5)
    step = next(each for each in done.steps if each.operation == "encode")
    right = bytes_of(done.store, step)
    store = Store(tmp_path / "other")
    for below in step.inputs:
        FromStore(store)(below)
    meta = in_shards(step, store, 3)
    assert (meta.notes["encoded"], meta.notes["reused"]) == (24, 0)
    assert bytes_of(store, step) == right


class Beside:
    """Vectors that depend on what is encoded beside a text."""

    name = "beside"

    def __init__(self):
        self.chunks = []

    def encode(self, texts):
        import numpy as np

        self.chunks.append(list(texts))
        return np.array([[len(text), len(texts), sum(map(len, texts))] for text in texts], np.float32)


def test_shards_encode_the_chunks_that_are_encoded_without(tmp_path, monkeypatch):
    monkeypatch.setattr("palate.store.texts.CHUNK_TEXTS", 3)
    texts = [f"text {n} {'x' * (n % 4)}" for n in range(17)] + ["text 1 x", " "]
    whole = TextVectors(tmp_path / "a").encode(texts, Beside(), "key").vectors
    kept, encoder = TextVectors(tmp_path / "b"), Beside()
    counts = [kept.encode_chunks(texts, encoder, "key", number, 4) for number in (3, 0, 2, 1)]
    assert sum(counts) == 17
    assert kept.encode_chunks(texts, encoder, "key", 0, 4) == 0
    found = kept.encode(texts, encoder, "key")
    assert (found.encoded, found.reused) == (0, 17)
    assert found.vectors.tobytes() == whole.tobytes()


def test_a_ranker_fitted_from_parts_of_the_users_is_the_one_fitted_on_all(done, monkeypatch):
    monkeypatch.setattr(sharding, "FIT", 1)
    step = next(each for each in done.steps if each.name == "branches.linear.fit")
    right = bytes_of(done.store, step)
    done.store.discard(step.fingerprint)
    in_shards(step, done.store, 4)
    assert bytes_of(done.store, step) == right


def test_a_ranker_whose_sums_are_not_exact_or_that_cannot_is_fitted_whole(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(sharding, "FIT", 1)
    recipe["branches"]["linear"]["rank"] = {"use": "ease", "half_life": 30}
    plan = compile_plan(load_recipe(recipe), Store(tmp_path))
    FromStore(plan.store)(plan.fold)
    fits = [each for each in plan.steps if each.operation == "fit"]
    assert len(fits) > 1
    assert [shards_of(fit, plan.store, 2, 1) for fit in fits] == [()] * len(fits)


def test_a_catalogue_too_large_for_dense_parts_is_fitted_as_it_is_without(done):
    from palate_linear.ease import Ease

    training = done.store.load(done.fold.fingerprint).fitted_on(
        done.store.load(done.data.fingerprint), "test"
    )
    small = Ease(memory=1e-9, on_large="sparse")
    assert small.fit_part(training) is None
