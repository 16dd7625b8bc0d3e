import numpy as np
import pytest

from palate.data import PARTS
from palate.errors import DataError
from palate_files.source import Files
from palate_splits.column import Column

EVENTS = "user,item,split\na,1,Train\na,2,valid\na,3, TEST\nb,1,training\nb,2,test\n"


def test_a_column_of_the_file_is_the_split(put):
    dataset = Files(put("e.csv", EVENTS), columns={"part": "split"}).load()
    (fold,) = Column().split(dataset, np.random.default_rng(0))
    names = [next(name for name, number in PARTS.items() if number == part) for part in fold.part]
    assert names == ["train", "validation", "test", "train", "test"]


def test_a_column_is_no_split_unless_it_is_named(put):
    assert "part" not in Files(put("e.csv", EVENTS.replace("split", "part"))).load().interactions.columns


def test_other_words_are_named_with_the_right_ones(put):
    path = put("e.csv", "user,item,split\na,1,train\na,2,fold1\nb,1,fold1\nb,2,\n")
    said = r"`columns.part`: parts are called train, validation and test; 3 rows have '', 'fold1'"
    with pytest.raises(DataError, match=said):
        Files(path, columns={"part": "split"}).load()


def test_a_column_and_files_of_parts_are_not_both_given(put):
    with pytest.raises(DataError, match="say the same: give one"):
        Files(put("e.csv", EVENTS), columns={"part": "split"}, test=put("t.csv", EVENTS)).load()


def test_a_column_that_is_not_there_is_named(put):
    with pytest.raises(DataError, match=r"`columns.part`: .* has no column 'splits'. Did you mean 'split'"):
        Files(put("e.csv", EVENTS), columns={"part": "splits"}).load()
