from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.sparse import coo_matrix

from palate.components.component import Component
from palate.data import Items
from palate.errors import ComponentError, RecipeError
from palate.recipe import load_recipe
from palate.testing import asking, checkerboard, crowd, training_of
from palate_lightfm.negatives import with_negatives
from palate_lightfm.ranker import LightFM

needs_library = pytest.mark.usefixtures("_library")
LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3], []]


@pytest.fixture
def _library():
    pytest.importorskip("lightfm", reason="trains with the library lightfm")


@needs_library
def test_scores_are_those_of_the_library():
    from lightfm import LightFM as Model
    from scipy.sparse import csr_matrix

    training = training_of([[0, 1], [1, 2], [2, 0]], 3)
    fitted = LightFM(factors=4, epochs=3).fit(training)
    model = Model(no_components=4, loss="warp", random_state=int(training.rng().integers(2**31)))
    model.fit(csr_matrix(training.history.matrix.toarray()).tocoo(), epochs=3)
    right = [model.predict(person, np.arange(3)) for person in range(3)]
    assert np.allclose(fitted.score(asking([[], [], []], 3, users=[0, 1, 2])), right, atol=1e-6)


@needs_library
@pytest.mark.parametrize("loss", ["warp", "bpr", "warp-kos", "logistic"])
def test_it_finds_the_item_that_each_user_is_missing(loss):
    training, query, missing = checkerboard()
    scores = LightFM(loss=loss, factors=4, epochs=20).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


@needs_library
def test_an_item_without_interactions_is_scored_by_its_features_and_without_them_not_at_all():
    training, query = crowd()
    plain = LightFM(factors=4, epochs=3).fit(training).score(query.take(slice(1, None)))
    assert np.isnan(plain[:, 19]).all()
    assert np.isfinite(plain[:, :19]).all()
    hybrid = LightFM(factors=4, epochs=3, item_features=["genres", "year"]).fit(training)
    assert np.isfinite(hybrid.score(query.take(slice(1, None)))).all()


@needs_library
def test_users_who_like_a_genre_are_given_its_cold_item():
    # Items 0 to 9 alternate between two genres; 10 and 11, one of each, were never met.
    frame = pl.DataFrame({"id": range(12), "genre": ["even", "odd"] * 6})
    lists = [[*range(person % 2, 10, 2)] for person in range(20)]
    training = replace(training_of(lists, 12), items=Items(frame))
    scores = (
        LightFM(factors=4, item_features=["genre"]).fit(training).score(asking(lists, 12, users=range(20)))
    )
    right = scores[np.arange(20), 10 + np.arange(20) % 2]
    wrong = scores[np.arange(20), 11 - np.arange(20) % 2]
    assert (right > wrong).all()


@needs_library
def test_an_item_without_interactions_is_scored_by_its_text_and_users_are_given_what_reads_like_theirs():
    # Items 0 to 9 point two ways by turns; 10 and 11, one each way, were never met.
    vectors = np.tile(np.array([[2, 0, 1], [0, 3, 1]], np.float32), (6, 1))
    lists = [[*range(person % 2, 10, 2)] for person in range(20)]
    training = replace(training_of(lists, 12), vectors=vectors)
    fitted = LightFM(factors=4, text_features=True).fit(training)
    scores = fitted.score(asking(lists, 12, users=range(20)))
    right = scores[np.arange(20), 10 + np.arange(20) % 2]
    assert (right > scores[np.arange(20), 11 - np.arange(20) % 2]).all()


def test_text_features_without_vectors_are_refused_before_training():
    with pytest.raises(ComponentError, match="add `encode:` to its branch"):
        LightFM(text_features=True).fit(replace(training_of(LISTS, 4), vectors=None))


def test_a_recipe_that_asks_for_text_features_without_vectors_is_refused(recipe):
    pytest.importorskip("lightfm", reason="without the library its absence is the problem that is reported")
    recipe["branches"]["texts"] = {"rank": {"use": "lightfm", "text_features": True}}
    with pytest.raises(RecipeError, match="ranker 'lightfm' needs item vectors"):
        load_recipe(recipe)


def test_negatives_are_other_items_of_the_same_users():
    met = coo_matrix(np.array([[1, 1, 0, 0, 0], [0, 0, 1, 0, 0]], np.float32))
    shown = with_negatives(met, 50, np.random.default_rng(0)).tocsr()
    counts = shown.toarray()  # equal pairs are added up
    assert counts[0, :2].tolist() == [1, 1]
    assert counts[1, 2] == 1
    assert (counts[0, 2:] < 0).all()
    assert (counts[1, [0, 1, 3, 4]] < 0).all()
    assert -100 - 50 <= counts[counts < 0].sum() <= -75


@needs_library
def test_it_has_no_score_for_users_it_does_not_know():
    fitted = LightFM(factors=4, epochs=2).fit(training_of(LISTS, 4))
    scores = fitted.score(asking([[0], [0, 1], []], 4, users=[-1, 0, 4]))
    assert np.isnan(scores[[0, 2]]).all()
    assert np.isfinite(scores[1]).all()


@needs_library
def test_the_same_seed_gives_the_same_result_and_another_seed_another():
    first, again, other = (
        LightFM(factors=4, epochs=3).fit(training_of(LISTS, 4, seed=seed)).item_factors_ for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@needs_library
def test_it_tells_how_far_it_is():
    told = []
    training = training_of(LISTS, 4, progress=lambda done, total: told.append((done, total)))
    LightFM(factors=2, epochs=3).fit(training)
    assert told == [(1, 3), (2, 3), (3, 3)]


@needs_library
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_it_says_so_when_it_diverges():
    with pytest.raises(ComponentError, match="lower `learning_rate`"):
        LightFM(factors=2, learning_rate=1e30).fit(training_of(LISTS, 4))


def test_an_unknown_attribute_is_refused_before_training():
    with pytest.raises(ComponentError, match="no attribute 'genres'"):
        LightFM(item_features=["genres"]).fit(training_of(LISTS, 4))


@pytest.mark.parametrize(
    "options",
    [
        {"loss": "hinge"},
        {"factors": 0},
        {"epochs": 0},
        {"item_alpha": -1},
        {"item_features": "genres"},
        {"negatives": 0},
    ],
)
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", LightFM, "lightfm", "palate", "0").check(options)
    assert list(problems) == list(options)


def test_it_says_that_its_extra_may_need_a_compiler():
    said = Component("ranker", LightFM, "lightfm", "palate", "0").install
    assert said == 'pip install "palate[lightfm]" (needs a C compiler on Python 3.11)'
