import errno
import importlib.util
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from palate.components.component import flaws
from palate.errors import ComponentError, StoreError
from palate.pipeline.recall import recall
from palate.store import Meta, Store
from palate.store.codec import pack, unpack
from palate_retrieval.exact import Exact
from palate_retrieval.hnsw import HNSW

needs_usearch = pytest.mark.skipif(
    importlib.util.find_spec("usearch") is None, reason="needs usearch, the extra `hnsw`"
)
BOTH = [Exact, pytest.param(HNSW, marks=needs_usearch)]
VECTORS = np.array([[2, 0], [3, 4], [0, 1], [0, 0], [-1, 0]], np.float32)


@pytest.mark.parametrize("index", BOTH)
@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("cosine", [0, 1, 2, 4, -1, -1]),  # 1, .6, 0, -1
        ("dot", [1, 0, 2, 4, -1, -1]),  # 3, 2, 0, -1
        ("euclidean", [0, 2, 4, 1, -1, -1]),  # 1, √2, 2, √20
    ],
)
def test_the_nearest_come_first_by_hand_and_an_item_without_a_vector_never(index, measure, expected):
    built = index(measure=measure).build(VECTORS)
    found = built.search(np.array([[1, 0], [1, 0]], np.float32), 6)
    assert found.dtype == np.int32
    assert found.tolist() == [expected, expected]
    assert built.search(np.array([[1, 0]], np.float32), 2).tolist() == [expected[:2]]


@pytest.mark.parametrize("index", BOTH)
def test_nothing_in_it_or_nobody_asking_gives_nothing(index):
    built = index().build(np.zeros((3, 2), np.float32))
    assert built.search(np.ones((2, 2), np.float32), 2).tolist() == [[-1, -1], [-1, -1]]
    assert index().build(VECTORS).search(np.ones((0, 2), np.float32), 2).shape == (0, 2)


@pytest.mark.parametrize("index", BOTH)
def test_it_is_sound_and_can_be_kept(index, tmp_path):
    assert flaws(index, "index") == []
    rng = np.random.default_rng(0)
    vectors, asked = (
        rng.normal(size=(300, 16)).astype(np.float32),
        rng.normal(size=(20, 16)).astype(np.float32),
    )
    built = index(candidates=40).build(vectors)
    pack(built, tmp_path)
    again = unpack(tmp_path)
    assert again == built
    np.testing.assert_array_equal(again.search(asked, 40), built.search(asked, 40))


@pytest.mark.parametrize("index", BOTH)
def test_a_users_candidates_are_the_same_alone_and_in_a_crowd_and_each_time(index):
    rng = np.random.default_rng(1)
    vectors, asked = (
        rng.normal(size=(500, 24)).astype(np.float32),
        rng.normal(size=(70, 24)).astype(np.float32),
    )
    built, again = index().build(vectors), index().build(vectors)
    together = built.search(asked, 30)
    np.testing.assert_array_equal(again.search(asked, 30), together)
    for row in (0, 33, 69):
        np.testing.assert_array_equal(built.search(asked[row : row + 1], 30)[0], together[row])


@needs_usearch
@pytest.mark.parametrize("measure", ["cosine", "euclidean"])
def test_a_graph_finds_nearly_all_and_more_with_more_effort(measure):
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(3000, 32)).astype(np.float32)
    asked = rng.normal(size=(100, 1, 32)).astype(np.float32)

    def found(**options):
        return recall(HNSW(candidates=20, measure=measure, **options).build(vectors), asked)

    little, much = found(links=4, build_effort=8, search_effort=20), found(search_effort=400)
    assert little < much
    assert much > 0.97
    assert recall(Exact(candidates=20, measure=measure).build(vectors), asked) == 1.0


def test_recall_is_the_mean_share_of_the_right_ones_by_hand():
    class Half:
        candidates = 2

        def exact(self, vectors, k):
            return np.array([[0, 1], [2, 3], [4, -1]], np.int32)

        def search(self, vectors, k):
            return np.array([[1, 9], [3, 2], [5, -1]], np.int32)

    assert recall(Half(), np.ones((3, 1, 2), np.float32)) == pytest.approx((0.5 + 1 + 0) / 3)


@needs_usearch
@pytest.mark.parametrize("precision", ["bfloat16", "int8"])
def test_vectors_of_fewer_bits_find_nearly_the_same_and_stay_so_when_read_again(precision, tmp_path):
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(800, 24)).astype(np.float32)
    asked = rng.normal(size=(30, 24)).astype(np.float32)
    built = HNSW(precision=precision).build(vectors)
    nearest, found = built.exact(asked, 10), built.search(asked, 60)
    assert np.mean([np.isin(true, some).mean() for true, some in zip(nearest, found, strict=True)]) > 0.98
    built.save(tmp_path)
    again = HNSW(precision=precision)
    again.load(tmp_path)
    np.testing.assert_array_equal(again.search(asked, 60), found)


@needs_usearch
def test_int8_holds_no_vector_longer_than_one_and_says_so():
    with pytest.raises(ComponentError, match="`precision: int8` is for `measure: cosine`"):
        HNSW(precision="int8", measure="dot").build(VECTORS)


@needs_usearch
@pytest.mark.parametrize(
    "harm", [lambda data: data[:-40], lambda data: b"", lambda data: data[:99] + b"?" + data[100:]]
)
def test_a_damaged_graph_is_noticed_before_it_is_read(harm, tmp_path):
    store = Store(tmp_path)
    store.save("ab12", HNSW().build(VECTORS), Meta("step", 0.0, 0.0, 1, {}))
    (graph,) = store.path("ab12").rglob("graph.usearch")
    graph.write_bytes(harm(graph.read_bytes()))
    with pytest.raises(StoreError, match=r"graph\.usearch is damaged"):
        store.load("ab12")


@needs_usearch
@pytest.mark.parametrize(
    ("free", "said"), [(10, "is full"), (1000, "cannot be written: Failed to serialize")]
)
def test_a_graph_that_has_no_room_is_said_in_words(free, said, tmp_path, monkeypatch):
    def save(path):
        raise RuntimeError("Failed to serialize into stream")  # all that usearch says

    index = HNSW().build(VECTORS)
    index.graph_ = SimpleNamespace(save=save, serialized_length=100)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    with pytest.raises(StoreError, match=said) as caught:
        Store(tmp_path).save("ab12", index, Meta("step", 0.0, 0.0, 1, {}))
    assert (caught.value.__cause__.errno == errno.ENOSPC) == (free == 10)
    assert list((tmp_path / "writing").iterdir()) == []
