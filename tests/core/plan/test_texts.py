"""Texts of items, some of which have none."""

from types import SimpleNamespace

import polars as pl
import pytest

from palate import Dataset
from palate.errors import DataError
from palate.plan.context import StepContext
from palate.plan.operations import text
from palate_text.template import Template


@pytest.fixture
def read(tmp_path):
    def texts(titles):
        events = pl.DataFrame({"user": [1] * len(titles), "item": range(len(titles))})
        items = pl.DataFrame({"id": range(len(titles)), "title": pl.Series(titles, dtype=pl.String)})
        block = SimpleNamespace(make=lambda: Template("{title}"))
        step, said = SimpleNamespace(name="branches.words.text", blocks=[block]), []
        context = StepContext(step, tmp_path, lambda *_: None, notice=said.append)
        return text(context, Dataset.from_frames(events, items)).text.to_list(), said

    return texts


def test_items_without_text_stay_without_and_are_counted_and_named(read):
    texts, (said,) = read(["tea", None, "jam", " "])
    assert [words.strip() for words in texts] == ["tea", "", "jam", ""]
    assert said.startswith("2 of 4 items have no text, such as 1, 3: the branch has no opinion on them")


def test_a_catalogue_without_any_text_is_refused(read):
    with pytest.raises(DataError, match=r"branches\.words\.text: 2 of 2 items have no text.*`fill`"):
        read([None, ""])
