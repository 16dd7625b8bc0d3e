import numpy as np
import polars as pl
import pytest

from palate import History, Items, Pipeline, Query, Training
from palate.errors import ComponentError, RecipeError
from palate.runs import run
from palate.store.texts import TextVectors
from palate.testing.reading import Letters
from palate_interests.document import Document

TEXTS = ["one", "two", "three", ""]


class Listener:
    """A reader that keeps what it was given to read."""

    def __init__(self):
        self.heard = []

    middle = np.array([2, 1], np.float32)

    def encoded(self, texts):
        self.heard += list(texts)
        return np.array([[len(text), 1] for text in texts], np.float32)

    def placed(self, encoded):
        return encoded


def fitted(reader=None, align=0, **options):
    training = Training(
        History.from_lists([[0]], 4), Items(pl.DataFrame({"id": range(4)})), pl.DataFrame({"id": [0]}),
        text=pl.Series(TEXTS), reader=reader or Listener(),
    )  # fmt: skip
    return Document(align=align, **options).fit(training)


def ask(*lists):
    return Query(np.full(len(lists), -1, np.int32), History.from_lists(lists, 4))


VECTORS = np.zeros((4, 2), np.float32)


def test_a_history_is_read_as_one_text_newest_first():
    reader = Listener()
    found = fitted(reader, between=", ", template="Likes {history}.").profile(ask([0, 1], [2]), VECTORS)
    assert reader.heard == ["Likes two, one.", "Likes three."]
    assert found.tolist() == [[[len("Likes two, one."), 1]], [[len("Likes three."), 1]]]


def test_an_item_met_twice_is_written_where_it_was_met_last():
    reader = Listener()
    fitted(reader, between=" ").profile(ask([0, 1, 2, 0]), VECTORS)
    assert reader.heard == ["one three two"]


def test_only_the_latest_items_are_written_down():
    reader = Listener()
    fitted(reader, between=" ", latest=2).profile(ask([0, 1, 2]), VECTORS)
    assert reader.heard == ["three two"]


def test_histories_are_moved_to_where_the_items_are():
    """In training somebody met `one`, whose text has 3 letters; the items' texts have 2 on average."""
    found = fitted(align=5).profile(ask([0], [2], [3]), VECTORS)
    assert found[:, 0].tolist() == [[2, 1], [4, 1], [0, 0]]


def test_nobody_without_text_is_read():
    reader = Listener()
    found = fitted(reader).profile(ask([], [3], [0]), VECTORS)
    assert reader.heard == ["one"]
    assert found[:2].any() == np.False_
    assert found[2, 0].tolist() == [3, 1]


def test_a_template_without_a_place_for_the_history_is_refused():
    with pytest.raises(ComponentError, match=r"must contain {history}.*got 'Likes'"):
        fitted(template="Likes")


def test_without_a_reader_it_says_what_is_missing():
    bare = Training(
        History.from_lists([[0]], 4), Items(pl.DataFrame({"id": range(4)})), pl.DataFrame({"id": [0]})
    )
    with pytest.raises(ComponentError, match="needs the texts of the items and one encoder"):
        Document().fit(bare)


def test_vectors_of_another_width_are_refused():
    with pytest.raises(ComponentError, match=r"shape \(1, 8\) for 1 texts; the items' vectors have 2"):
        fitted(Letters()).profile(ask([0]), VECTORS)


@pytest.fixture
def reading(recipe):
    content = {
        "text": {"use": "template", "template": "{kind} {title}"},
        "encode": "hash",
        "transform": ["center", "l2"],
        "aggregate": {"use": "document", "between": " ", "align": 0},
        "rank": "cosine",
    }
    return {key: value for key, value in recipe.items() if key != "fuse"} | {"branches": {"content": content}}


def test_in_a_recipe_it_reads_with_the_encoder_and_the_transforms_of_its_branch(reading, tmp_path):
    done = run(reading, folder=tmp_path / "runs", store=tmp_path / "store")
    found = done.recommend(history=["thing 1", "thing 3"], k=10)
    assert all(item % 2 == 1 for item in found["item"])
    branch = done.pipeline.branches[0]
    alone = branch.profile(done.pipeline.lookup.query(history=["thing 5"]))
    np.testing.assert_allclose(alone[0, 0], branch.vectors[5], atol=1e-6)


def test_what_was_read_once_is_not_read_again(reading, tmp_path, monkeypatch):
    done = run(reading, folder=tmp_path / "runs", store=tmp_path / "store")
    encoded = []
    real = TextVectors.encode

    def counting(self, *given, **more):
        found = real(self, *given, **more)
        encoded.append(found.encoded)
        return found

    monkeypatch.setattr(TextVectors, "encode", counting)
    pipeline = Pipeline.load(done.folder / "pipeline")
    first = pipeline.recommend(history=["thing 1", "thing 4"])
    again = pipeline.recommend(history=["thing 1", "thing 4"])
    assert encoded == [1, 0]
    assert first.equals(again)


def test_where_the_store_is_gone_it_reads_into_the_users_own(reading, tmp_path):
    done = run(reading, folder=tmp_path / "runs", store=tmp_path / "store")
    before = done.recommend(history=["thing 1", "thing 4"])
    (tmp_path / "store").rename(tmp_path / "elsewhere")
    after = Pipeline.load(done.folder / "pipeline").recommend(history=["thing 1", "thing 4"])
    assert before.equals(after)
    assert not (tmp_path / "store").exists()


def test_of_several_views_none_can_read(reading, tmp_path):
    view = {"use": "hash", "text": {"use": "template", "template": "{title}"}}
    reading["branches"]["content"]["encode"] = [view, view]
    with pytest.raises(
        RecipeError, match="'document' reads with one encoder, and the branch has several views"
    ):
        run(reading, folder=tmp_path / "runs", store=tmp_path / "store")


def test_an_encoder_that_learns_from_all_texts_cannot_read_one(reading, tmp_path):
    reading["branches"]["content"]["encode"] = "tfidf"
    with pytest.raises(ComponentError, match="'tfidf' is fitted on the texts of all items"):
        run(reading, folder=tmp_path / "runs", store=tmp_path / "store")
