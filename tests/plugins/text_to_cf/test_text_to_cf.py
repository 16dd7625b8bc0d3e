from dataclasses import replace

import numpy as np
import pytest

from palate.components.component import Component
from palate.errors import ComponentError
from palate.registry import installed
from palate.testing import asking, conforms, crowd, training_of
from palate_text_to_cf.ranker import TextToCF

# Two tastes: items 0 to 3 and items 4 to 7. Nobody met items 3 and 7.
LISTS = [[0, 1], [0, 2], [1, 2], [4, 5], [4, 6], [5, 6]] * 2
VECTORS = np.repeat(np.eye(2, dtype=np.float32), 4, axis=0)
VECTORS = np.hstack([VECTORS, 0.1 * np.eye(8, dtype=np.float32)])
WARM, COLD = [0, 1, 2, 4, 5, 6], [3, 7]

TestTeacher = conforms(TextToCF, teacher={"use": "ease", "l2": 1.0})
TestText = conforms(
    TextToCF, teacher={"use": "ease", "l2": 1.0}, kernel="linear", warm="text",
)  # fmt: skip


def ranker(name, **options):
    return installed().find("ranker", name).make(options)


def training(lists=LISTS, vectors=VECTORS):
    return replace(training_of(lists, len(vectors)), vectors=vectors)


def rbf(gamma):
    return np.exp(-gamma * ((VECTORS[:, None] - VECTORS) ** 2).sum(axis=2).astype(float))


KERNELS = [("rbf", rbf(0.5)), ("linear", (VECTORS @ VECTORS.T).astype(float))]


@pytest.mark.parametrize(("kernel", "alike"), KERNELS)
def test_guesses_are_a_ridge_regression_on_the_other_items(kernel, alike):
    fitted = TextToCF(ranker("ease", l2=2.0), kernel=kernel, l2=0.3, warm="text").fit(training())
    query = asking([[0, 1], [4]], 8)
    taught = ranker("ease", l2=2.0).fit(training()).score(query).astype(float)
    for item in range(8):
        others = [other for other in WARM if other != item]
        squares = alike[np.ix_(others, others)] + 0.3 * np.eye(len(others))
        right = taught[:, others] @ np.linalg.solve(squares, alike[others, item])
        assert np.allclose(fitted.score(query)[:, item], right, atol=1e-5)


def test_met_items_are_left_to_the_teacher_and_guesses_are_what_it_is_expected_to_say():
    given = training([*LISTS, [0, 1], [4, 0]])
    teacher = ranker("ease", l2=2.0).fit(given)
    query = asking([[0, 1], [4], [1, 5]], 8)
    taught = teacher.score(query)
    raw = TextToCF(ranker("ease", l2=2.0), warm="text").fit(given).score(query).astype(float)
    scores = TextToCF(ranker("ease", l2=2.0)).fit(given).score(query)
    assert np.array_equal(scores[:, WARM], taught[:, WARM])
    counts = given.history.popularity[WARM]
    assert len(set(counts.tolist())) > 1, "so that it shows how they count"
    for person in range(3):
        line = np.polyfit(raw[person, WARM], taught[person, WARM], 1, w=np.sqrt(1 / counts))
        line = line if line[0] > 0 else [0.0, np.average(taught[person, WARM], weights=1 / counts)]
        assert np.allclose(scores[person, COLD], np.polyval(line, raw[person, COLD]), atol=1e-5)


def test_where_texts_tell_nothing_new_items_stay_where_rare_items_are():
    rng = np.random.default_rng(0)
    lists = [rng.choice(40, 8, replace=False, p=1 / np.arange(1, 41) / (1 / np.arange(1, 41)).sum()).tolist()
             for _ in range(120)]  # fmt: skip
    vectors = rng.normal(size=(80, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    given = replace(training_of(lists, 80), vectors=vectors)
    scores = TextToCF(ranker("ease", l2=5.0)).fit(given).score(asking(lists, 80))
    scores[given.history.matrix.toarray() > 0] = -np.inf
    first = np.argsort(-scores, axis=1)[:, :5]
    assert (first >= 40).mean() < 0.02, "half of the items are new, and say nothing of themselves"


@pytest.mark.parametrize("warm", ["teacher", "text"])
@pytest.mark.parametrize("teacher", ["ease", "ials", "item-knn", "popularity"])
def test_a_cold_item_is_scored_as_what_reads_like_it(warm, teacher):
    fitted = TextToCF(ranker(teacher), warm=warm).fit(training())
    scores = fitted.score(asking([[0, 1], [4, 5]], 8))
    if teacher == "popularity":
        assert np.allclose(scores[0], scores[1])
    else:
        assert scores[0, 3] > scores[0, 7]
        assert scores[1, 7] > scores[1, 3]


@pytest.mark.parametrize(("kernel", "alike"), KERNELS)
def test_mapping_the_scores_of_factors_is_mapping_the_factors(kernel, alike):
    fitted = TextToCF(ranker("ials", factors=3), kernel=kernel, warm="text").fit(training())
    items = fitted.teacher_.item_factors_.astype(float)
    squares = alike[np.ix_(WARM, WARM)] + 0.3 * np.eye(6)
    mapped = np.linalg.solve(squares, alike[np.ix_(WARM, COLD)]).T @ items[WARM]
    query = asking([[0, 1], [4]], 8)
    people = fitted.teacher_._solve(query.history.matrix, fitted.teacher_.item_factors_)
    assert np.allclose(fitted.score(query)[:, COLD], people @ mapped.T, atol=1e-5)


def test_its_options_stay_unfitted():
    teacher = ranker("ease", l2=2.0)
    TextToCF(teacher).fit(training())
    assert not hasattr(teacher, "weights_")


def test_an_item_without_a_vector_is_left_to_the_teacher_or_to_nobody():
    vectors = VECTORS.copy()
    vectors[[0, 3]] = 0
    query = asking([[1, 2]], 8)
    scores = TextToCF(ranker("ease", l2=2.0)).fit(training(vectors=vectors)).score(query)
    assert scores[0, 0] > 0
    assert np.isnan(scores[0, 3])
    text = TextToCF(ranker("ease", l2=2.0), warm="text").fit(training(vectors=vectors)).score(query)
    assert np.isnan(text[0, [0, 3]]).all()
    assert np.isfinite(text[0, [1, 2, 7]]).all()


def test_a_user_that_the_teacher_cannot_serve_has_no_score():
    pytest.importorskip("lightfm", reason="a teacher that scores only people it knows")
    fitted = TextToCF(ranker("lightfm", factors=2, epochs=1)).fit(training())
    scores = fitted.score(asking([[0], [0]], 8, users=[0, -1]))
    assert np.isfinite(scores[0]).all()
    assert np.isnan(scores[1]).all()


def test_users_without_history_get_what_the_teacher_gives_them():
    nobody = asking([[]], 8)
    assert not TextToCF(ranker("ease")).fit(training()).score(nobody).any()
    popular = TextToCF(ranker("popularity")).fit(training()).score(nobody)
    assert popular[0, WARM].tolist() == [4.0] * 6
    assert np.isfinite(popular[0, COLD]).all()


def test_it_says_so_where_there_is_nothing_to_learn_from_or_no_memory():
    with pytest.raises(ComponentError, match="needs item vectors; add `encode:`"):
        TextToCF(ranker("ease")).fit(training_of(LISTS, 8))
    with pytest.raises(ComponentError, match="no item with interactions has a vector"):
        TextToCF(ranker("ease")).fit(training(vectors=np.zeros_like(VECTORS)))
    with pytest.raises(ComponentError, match=r"would take .* GiB for 20 items.*kernel: linear"):
        TextToCF(ranker("ease"), memory=1e-9).fit(crowd()[0])


@pytest.mark.parametrize("options", [{"gamma": 0}, {"l2": 0}, {"kernel": "cubic"}, {"warm": "nobody"}])
def test_it_refuses_options_outside_their_bounds(options):
    component = installed().find("ranker", "text-to-cf")
    assert isinstance(component, Component)
    _, problems = component.check({"teacher": "ease", **options})
    assert list(problems) == list(options)
