import numpy as np
import pytest

from palate.errors import ComponentError
from palate.plan import compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.store import Store
from palate_hash.encoder import Hash


@pytest.fixture
def content(recipe):
    recipe["branches"] = {
        "content": {
            "text": [{"use": "column", "column": "title"}],
            "encode": "hash",
            "aggregate": "mean",
            "rank": "cosine",
        }
    }
    recipe.pop("fuse")
    return recipe


def execution(recipe, tmp_path):
    events = []
    done = Execution(compile_plan(load_recipe(recipe), Store(tmp_path / "store")), events.append).run()
    return done, [event.message for event in events if event.what == "notice"]


def notes(done):
    step = next(step for step in done.plan.steps if step.operation == "encode")
    return done.plan.store.meta(step.fingerprint).notes


def test_texts_without_a_known_word_are_counted_and_shown(content, tmp_path, monkeypatch):
    whole = Hash.encode

    def deaf(self, texts):
        vectors = whole(self, texts)
        vectors[[text.endswith(" 7") for text in texts]] = 0
        return vectors

    monkeypatch.setattr(Hash, "encode", deaf)
    done, notices = execution(content, tmp_path)
    assert notes(done)["without a vector"] == 1
    assert notices == [
        "branches.content.encode: encoder 'hash' knows no word of 1 of 24 texts, such as 'thing 7'; "
        "these items are left out of what this branch recommends"
    ]


def test_an_encoder_that_knows_no_text_at_all_is_refused(content, tmp_path, monkeypatch):
    monkeypatch.setattr(Hash, "encode", lambda self, texts: np.zeros((len(texts), 2), np.float32))
    with pytest.raises(ComponentError, match="'hash' gives zeros for all 24 texts, such as 'thing 0'"):
        execution(content, tmp_path)


def test_what_an_encoder_remarks_is_noted_and_told(content, tmp_path, monkeypatch):
    said = "2 of 24 texts were cut"
    monkeypatch.setattr(Hash, "remarks", lambda self: {"cut": said}, raising=False)
    done, notices = execution(content, tmp_path)
    assert notes(done)["cut"] == said
    assert notices == [f"branches.content.encode: {said}"]
    assert notes(done)["encoded"] == 24


def test_another_transform_aggregator_or_ranker_encodes_nothing(content, tmp_path, monkeypatch):
    whole, asked = Hash.encode, []

    def counting(self, texts):
        asked.extend(texts)
        return whole(self, texts)

    monkeypatch.setattr(Hash, "encode", counting)
    execution(content, tmp_path)
    assert len(asked) == 24
    for change in ({"transform": ["l2"]}, {"aggregate": "recency-mean"}, {"rank": "dot"}):
        content["branches"]["content"] |= change
        done, _ = execution(content, tmp_path)
        assert "branches.content.fit" in done.computed
    assert len(asked) == 24
    content["branches"]["content"]["text"] = [{"use": "template", "template": "{title}"}]
    execution(content, tmp_path)
    assert len(asked) == 24
    content["branches"]["content"]["text"] = [{"use": "column", "column": "kind"}]
    execution(content, tmp_path)
    assert len(asked) == 26
