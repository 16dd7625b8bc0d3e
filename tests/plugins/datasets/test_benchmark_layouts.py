"""The layouts of RecBole, LightGCN and SASRec, field by field."""

import math

import made
import numpy as np
import pytest

from palate.errors import DataError
from palate.registry import installed
from palate_datasets.item_lists import ItemLists
from palate_datasets.recbole import RecBole
from palate_datasets.sasrec import SasRec


def test_recboles_fields_are_typed_as_the_headers_say(tmp_path):
    found = RecBole(folder=made.recbole(tmp_path)).load()
    last, missing, first = found.interactions.to_dicts()
    assert last == {"user": 0, "item": 0, "rating": 2.0, "time": 300, "device": "web"}
    assert math.isnan(missing["rating"])
    assert first == {"user": 1, "item": 0, "rating": 4.5, "time": 200, "device": "phone"}
    assert found.items.frame.rows() == [
        (1, "Toy Story", ["Animation", "Comedy"], 1995.0, [0.5, -1.0]),
        (2, None, None, None, None),
        (3, "Heat", ["Crime"], 1995.0, None),
    ]
    assert found.items.frame.columns == ["id", "title", "class", "year", "vector"]
    assert found.users.rows() == [(5, "33"), (7, "57")]


def test_recboles_files_of_parts_make_the_split(tmp_path):
    head = "user_id:token\titem_id:token\n"
    parts = {"train": "a\tx\nb\tx\n", "valid": "a\ty\n", "test": "a\tz\n"}
    folder = made.write(tmp_path, **{f"shop.{part}.inter": head + rows for part, rows in parts.items()})
    source = RecBole(folder=folder)
    assert source.load().interactions.select("item", "part").rows() == [(0, 0), (1, 1), (2, 2), (0, 0)]
    assert source.gives() == frozenset()
    assert source.suggests() == {"split": {"use": "column", "validation": 0.1}}


def test_recbole_reads_other_fields_and_one_of_several_data_sets(tmp_path):
    made.recbole(tmp_path)
    text = "uid:token,sku:token,label:float,words:token_seq\n1,0012,1,a|b\n"
    folder = made.write(tmp_path, **{"other.inter": text})
    with pytest.raises(DataError, match="several data sets, 'other', 'shop'; say which with `dataset`"):
        RecBole(folder=folder).load()
    options = {"user": "uid", "item": "sku", "field_separator": ",", "sequence_separator": "|"}
    found = RecBole(folder=folder, dataset="other", **options).load()
    assert found.items.ids.to_list() == ["0012"], "leading zeros stay"
    assert found.interactions.to_dicts() == [{"user": 0, "item": 0, "label": 1.0, "words": ["a", "b"]}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "user_id\titem_id:tokn\n1\t2\n",
            "the header says 'user_id', 'item_id:tokn', and a field is written",
        ),
        ("user:token\titem_id:token\n1\t2\n", r"has no field 'user_id'\..* It has 'user', 'item_id'"),
        (
            "user_id:token\titem_id:token\trating:float\n1\t2\t3\n1\t2\tx\n",
            "line 3: 'x' in rating:float is no",
        ),
    ],
)
def test_what_is_wrong_in_an_atomic_file_is_said(tmp_path, text, said):
    with pytest.raises(DataError, match=said):
        RecBole(folder=made.write(tmp_path, **{"shop.inter": text})).load()


def test_item_lists_keep_the_published_parts(tmp_path):
    found = ItemLists(folder=made.item_lists(tmp_path)).load()
    assert found.interactions.rows() == [(0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 3, 2), (1, 2, 0), (2, 1, 2)]
    assert found.items.frame.rows() == [(0, "B1"), (1, "B2"), (2, "B3"), (3, "B4"), (4, "B5")]
    (fold,) = installed().find("splitter", "column").make().split(found, np.random.default_rng(0))
    assert (fold.count("train"), fold.count("validation"), fold.count("test")) == (4, 0, 2)


def test_item_lists_with_a_validation_part_need_none_made(tmp_path):
    folder = made.item_lists(tmp_path)
    assert ItemLists(folder=folder).suggests() == {"split": {"use": "column", "validation": 0.1}}
    made.write(tmp_path, **{"valid.txt": "0\t4\n"})
    assert ItemLists(folder=folder).suggests() == {"split": "column"}
    assert ItemLists(folder=folder).load().interactions.filter(part=1).rows() == [(0, 4, 1)]


def test_sasrecs_time_is_the_place_among_the_users_own(tmp_path):
    found = SasRec(folder=made.sasrec(tmp_path)).load()
    assert found.items.ids.to_list() == [4, 7, 9]
    assert found.interactions.rows() == [(0, 2, 0), (0, 0, 1), (0, 1, 2), (1, 0, 0)]
    (fold,) = installed().find("splitter", "leave-one-out").make().split(found, np.random.default_rng(0))
    assert fold.part.tolist() == [0, 1, 2, 0], "the last of three tests, a single one trains"


def test_tisasrec_has_ratings_and_times(tmp_path):
    source = SasRec(
        files={"interactions": made.write(tmp_path, **{"ml.txt": "1 9 4 978300\n1 4 5 978299\n"}) + "/ml.txt"}
    )
    assert source.load().interactions.rows() == [(0, 0, 5.0, 978299), (0, 1, 4.0, 978300)]
    assert source.gives() == {"timestamps", "ratings"}


def test_a_line_of_other_fields_is_named(tmp_path):
    with pytest.raises(DataError, match=r"Beauty.txt, line 2: '1 2 3' has 3 fields"):
        SasRec(folder=made.write(tmp_path, **{"Beauty.txt": "1 2\n1 2 3\n"})).load()
