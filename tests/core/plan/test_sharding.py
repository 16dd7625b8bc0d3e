"""Wide steps in shards give what they give as a whole, to the byte."""

import pytest

from palate.errors import StoreError
from palate.plan import compile_plan, sharding
from palate.plan.compute import FromStore, compute
from palate.plan.execute import Execution
from palate.plan.sharding import rounds_of, shards_of
from palate.plan.steps import sealed
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
    rounds = rounds_of(step, shards)
    for shard in (each for some in rounds for each in some):
        compute(shard, store)
    return compute(step, store, shards=rounds[-1]).meta


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
    assert small.fit_part(training, 0, 2) is None


RANKERS = [
    {"use": "item-knn"},
    {"use": "item-knn", "similarity": "bm25"},
    {"use": "item-knn", "similarity": "cosine", "shrink": 3},
    {"use": "item-knn", "half_life": 90},
    {"use": "ials", "factors": 4, "iterations": 3},
    {"use": "als", "factors": 4, "iterations": 3},
]


@pytest.mark.parametrize("ranker", RANKERS, ids=lambda ranker: "-".join(map(str, ranker.values())))
@pytest.mark.parametrize("large", [False, True])
def test_rankers_fitted_from_parts_and_in_rounds_are_those_fitted_in_one_go(
    recipe, tmp_path, monkeypatch, ranker, large
):
    if ranker["use"] == "als":
        pytest.importorskip("implicit")
    if large:  # for item-knn
        monkeypatch.setattr("palate_neighbours.nearest.DENSE_BYTES", 0)
        monkeypatch.setattr("palate_neighbours.item_knn.COUNTED", 0)
        monkeypatch.setattr("palate_neighbours.nearest.STEPS", 40)
    monkeypatch.setattr(sharding, "FIT", 1)
    for module in ("cooccurrence", "strips", "strongest"):
        monkeypatch.setattr(f"palate.arrays.{module}.ITEMS", 4)
    recipe["branches"]["linear"]["rank"] = ranker
    plan = compile_plan(load_recipe(recipe), Store(tmp_path))
    step = next(each for each in plan.steps if each.name == "branches.linear.fit")
    FromStore(plan.store)(step)
    right = bytes_of(plan.store, step)
    plan.store.discard(step.fingerprint)
    in_shards(step, plan.store, 3)
    assert bytes_of(plan.store, step) == right


def test_a_round_stands_on_its_part_and_on_the_rounds_before(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(sharding, "FIT", 1)
    recipe["branches"]["linear"]["rank"] = {"use": "ials", "factors": 4, "iterations": 2}
    plan = compile_plan(load_recipe(recipe), Store(tmp_path))
    FromStore(plan.store)(plan.fold)
    step = next(each for each in plan.steps if each.name == "branches.linear.fit")
    parts, *rounds = rounds_of(step, shards_of(step, plan.store, 2, 1))
    assert len(rounds) == 4
    below = [[each.fingerprint for each in rounds[at][1].inputs] for at in range(4)]
    assert below[0] == [parts[1].fingerprint]
    assert below[1] == [parts[1].fingerprint, *(each.fingerprint for each in rounds[0])]
    own = rounds[1][1].fingerprint
    assert below[3] == [parts[1].fingerprint, own, *(each.fingerprint for each in rounds[2])]
    assert rounds[3][0].sources() == step.sources()


def test_what_is_known_by_its_fingerprint_alone_is_read_and_never_made(done):
    known = sealed(done.fold)
    assert known.fingerprint == done.fold.fingerprint
    assert FromStore(done.store)(known).count("test") == FromStore(done.store)(done.fold).count("test")
    done.store.discard(done.fold.fingerprint)
    with pytest.raises(StoreError, match=r"what 'data.split' made is not in the store any more"):
        FromStore(done.store)(known)
