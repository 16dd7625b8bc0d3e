import numpy as np
import polars as pl
import pytest

from palate import Items
from palate.errors import ComponentError
from palate.runs import run
from palate_vectors.mutual_information import binned, mutual_information
from palate_vectors.pca import Pca
from palate_vectors.random_projection import RandomProjection
from palate_vectors.select_information import SelectInformation
from palate_vectors.select_variance import SelectVariance


def crowd(n=100, width=6, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, width)) @ rng.normal(size=(width, width)) + 3).astype(np.float32)


def test_the_first_direction_is_the_one_along_which_items_lie():
    vectors = np.array([[1, 1], [2, 2.1], [3, 2.9], [4, 4]], np.float32)
    out = Pca(dimensions=1).fit(vectors).apply(vectors)
    assert np.all(np.diff(out[:, 0]) > 1.2)
    np.testing.assert_allclose(out.mean(), 0, atol=1e-6)


def test_pca_agrees_with_a_singular_value_decomposition():
    vectors = crowd()
    out = Pca(dimensions=4, skip=1).fit(vectors).apply(vectors)
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    wanted = (left * values)[:, 1:5]
    np.testing.assert_allclose(np.abs(out), np.abs(wanted), atol=1e-3)


def test_the_sign_of_a_direction_is_settled():
    vectors = crowd()
    one = Pca(dimensions=3).fit(vectors)
    assert (one.matrix_[np.abs(one.matrix_).argmax(axis=0), range(3)] > 0).all()


def test_a_random_projection_keeps_distances_about_right():
    vectors = np.random.default_rng(1).normal(size=(30, 500)).astype(np.float32)
    out = RandomProjection(dimensions=400).fit(vectors).apply(vectors)
    before = np.linalg.norm(vectors[:, None] - vectors, axis=2)[np.triu_indices(30, 1)]
    after = np.linalg.norm(out[:, None] - out, axis=2)[np.triu_indices(30, 1)]
    assert 0.97 < (after / before).mean() < 1.03
    assert np.abs(after / before - 1).max() < 0.2


def test_another_seed_projects_otherwise():
    vectors = crowd()
    one, other = (RandomProjection(dimensions=3, seed=seed).fit(vectors).apply(vectors) for seed in (0, 1))
    assert not np.allclose(one, other)


def test_the_features_that_vary_most_are_kept_in_their_order():
    vectors = np.array([[0, 1, 5, 2], [10, 1, 5.1, 4], [0, 1, 5, 6], [0, 0, 0, 0]], np.float32)
    out = SelectVariance(dimensions=2).fit(vectors).apply(vectors)
    assert out.tolist() == [[0, 2], [10, 4], [0, 6], [0, 0]]


def naive(feature, label):
    """Mutual information of two columns of whole numbers, in nats, counted one pair at a time."""
    found = 0.0
    for x in set(feature):
        for y in set(label):
            together = np.mean((feature == x) & (label == y))
            if together:
                found += together * np.log(together / (np.mean(feature == x) * np.mean(label == y)))
    return found


def test_a_feature_that_tells_the_label_apart_has_all_its_information():
    features = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    labels = np.array([[1], [1], [0], [0]], np.float32)
    np.testing.assert_allclose(mutual_information(features, 2, labels), [np.log(2), 0], atol=1e-12)


def test_mutual_information_agrees_with_counting_pair_by_pair():
    rng = np.random.default_rng(5)
    features = rng.integers(0, 4, (70, 5))
    labels = (rng.random((70, 3)) < 0.3).astype(np.float32)
    labels[features[:, 2] == 1, 0] = 1
    wanted = [sum(naive(column, label) for label in labels.T) for column in features.T]
    np.testing.assert_allclose(mutual_information(features, 4, labels), wanted, atol=1e-9)
    assert np.argmax(wanted) == 2


def test_mutual_information_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics", reason="an independent implementation")
    rng = np.random.default_rng(6)
    features, label = rng.integers(0, 5, (90, 4)), rng.integers(0, 2, 90)
    wanted = [metrics.mutual_info_score(column, label) for column in features.T]
    found = mutual_information(features, 5, label[:, None].astype(np.float32))
    np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_bins_hold_equally_many_and_equal_values_go_together():
    found = binned(np.array([[1.0, 0], [2, 0], [3, 0], [4, 7]]), 2)
    assert found.tolist() == [[0, 0], [0, 0], [1, 0], [1, 1]]


def test_features_that_say_the_genre_are_kept():
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(200, 5)).astype(np.float32)
    genres = [["Drama"] if value > 0 else ["Comedy", "Romance"] for value in vectors[:, 3]]
    items = Items(pl.DataFrame({"id": range(200), "genres": genres}))
    fitted = SelectInformation(dimensions=1, attribute="genres").fit(vectors, items)
    assert fitted.kept_.tolist() == [3]
    assert np.array_equal(fitted.apply(vectors), vectors[:, 3:4])


def test_without_an_attribute_features_that_go_along_with_others_are_kept():
    rng = np.random.default_rng(3)
    group = rng.integers(0, 2, 300)
    vectors = rng.normal(size=(300, 6)).astype(np.float32)
    vectors[:, :3] = vectors[:, :3] * 0.1 + group[:, None] * 3
    fitted = SelectInformation(dimensions=3, groups=2).fit(vectors)
    assert fitted.kept_.tolist() == [0, 1, 2]


def test_an_attribute_that_is_not_there_is_said_with_those_that_are():
    items = Items(pl.DataFrame({"id": range(100), "title": ["x"] * 100, "genres": ["y"] * 100}))
    with pytest.raises(ComponentError, match=r"no attribute 'genre'; they have 'title', 'genres'\. Did you"):
        SelectInformation(dimensions=2, attribute="genre").fit(crowd(), items)


def test_an_attribute_without_items_is_refused():
    with pytest.raises(ComponentError, match="needs the training items"):
        SelectInformation(dimensions=2, attribute="genres").fit(crowd())


@pytest.mark.parametrize("transform", ["pca", "select-variance", "select-information"])
def test_more_dimensions_than_there_are_is_refused(transform):
    cls = {"pca": Pca, "select-variance": SelectVariance, "select-information": SelectInformation}[transform]
    with pytest.raises(
        ComponentError, match=f"'{transform}' is to keep 7 dimensions, and the vectors have 6"
    ):
        cls(dimensions=7).fit(crowd())


def test_a_recipe_hands_over_the_training_items(recipe, tmp_path):
    transform = {"use": "select-information", "dimensions": 16, "attribute": "kind"}
    content = {
        "text": {"use": "template", "template": "{kind} {title}"}, "encode": "hash",
        "transform": [transform, "l2"], "aggregate": "mean", "rank": "cosine",
    }  # fmt: skip
    made = {key: value for key, value in recipe.items() if key != "fuse"} | {"branches": {"content": content}}
    done = run(made, folder=tmp_path / "runs", store=tmp_path / "store")
    assert done.pipeline.branches[0].vectors.shape == (24, 16)
    made["branches"]["content"]["transform"] = transform | {"attribute": "colour"}
    with pytest.raises(ComponentError, match="no attribute 'colour'"):
        run(made, folder=tmp_path / "runs", store=tmp_path / "store")
