import json
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import polars as pl
import pytest
import scipy.sparse as sp

from palate import History, Items, Ranking, Training
from palate.errors import StoreError
from palate.registry import installed
from palate.store import mapped
from palate.store.codec import pack, unpack
from palate.testing import crowd


def there_and_back(value, tmp_path):
    pack(value, tmp_path)
    return unpack(tmp_path)


def test_plain_values_come_back_with_their_types(tmp_path):
    value = {"a": [1, 2.5, None, True, "x"], "b": (1, "y"), "c": {}, "d": float("inf"), "e": np.float32(0.5)}
    assert there_and_back(value, tmp_path) == {**value, "e": 0.5}


def test_arrays_frames_and_sparse_arrays_come_back_equal(tmp_path):
    array = np.arange(6, dtype=np.int32).reshape(2, 3)
    frame = pl.DataFrame({"id": ["x", "y"], "tags": [["a"], ["b", "c"]]})
    rows = sp.csr_array(np.eye(3, dtype=np.float32))
    back = there_and_back([array, frame, rows, frame["id"]], tmp_path)
    assert back[0].dtype == np.int32
    assert (back[0] == array).all()
    assert back[1].equals(frame)
    assert (back[2].toarray() == np.eye(3)).all()
    assert back[3].to_list() == ["x", "y"]


def test_a_fitted_component_comes_back_with_options_and_what_it_learned(tmp_path):
    ranker = installed().find("ranker", "popularity").make()
    items = Items(pl.DataFrame({"id": [1, 2]}))
    ranker.fit(Training(History.from_lists([[0], [0, 1]], 2), items, pl.DataFrame({"id": [1, 2]})))
    back = there_and_back(ranker, tmp_path)
    assert type(back) is type(ranker)
    assert back.counts_.tolist() == [2.0, 1.0]


def test_a_ranking_comes_back(tmp_path):
    ranking = Ranking(
        np.array([4], np.int32), np.array([[1, -1]], np.int32), np.array([[2, -np.inf]], np.float32)
    )
    back = there_and_back(ranking, tmp_path)
    assert back.items.tolist() == [[1, -1]]
    assert np.isneginf(back.scores[0, 1])


def test_what_cannot_be_kept_is_named_with_its_place(tmp_path):
    with pytest.raises(StoreError, match=r"value\.a\[1\] is a set, which cannot be kept"):
        pack({"a": [1, {2}]}, tmp_path)


def test_object_arrays_are_refused(tmp_path):
    with pytest.raises(StoreError, match="cannot be kept"):
        pack(np.array([{}]), tmp_path)


@dataclass
class Stranger:
    name: ClassVar[str] = "stranger"
    x_: int = field(init=False, default=1)


def test_a_class_that_nobody_registered_is_refused(tmp_path):
    with pytest.raises(StoreError, match="Stranger, which no plugin registers"):
        pack(Stranger(), tmp_path)


def test_a_type_outside_palate_is_not_read(tmp_path):
    (tmp_path / "tree.json").write_text('{"$": "dataclass", "type": "subprocess:Popen", "fields": {}}')
    with pytest.raises(StoreError, match="not one of palate's own types"):
        unpack(tmp_path)


@pytest.mark.parametrize("value", [np.arange(3), pl.DataFrame({"id": ["x"]})])
@pytest.mark.parametrize("up", ["../beside/", "", "inner/../../beside/"])
def test_a_part_is_read_from_the_folder_alone(value, up, tmp_path):
    for name in ("own", "beside"):
        (tmp_path / name).mkdir()
        pack(value, tmp_path / name)
    tree = tmp_path / "own" / "tree.json"
    (part,) = (path.name for path in (tmp_path / "beside").iterdir() if path.name != "tree.json")
    elsewhere = up + part if up else str(tmp_path / "beside" / part)
    tree.write_text(tree.read_text().replace(f'"{part}"', json.dumps(elsewhere)))
    with pytest.raises(StoreError):
        unpack(tmp_path / "own")


def test_no_component_gets_what_no_fit_sets(tmp_path):
    pack(installed().find("ranker", "popularity").make({}).fit(crowd()[0]), tmp_path)
    tree = tmp_path / "tree.json"
    assert '"counts_"' in tree.read_text()
    tree.write_text(tree.read_text().replace('"counts_"', '"score"'))
    with pytest.raises(StoreError, match="damaged"):
        unpack(tmp_path)


def test_no_file_is_a_pickle(tmp_path):
    pack([np.arange(3), pl.DataFrame({"a": [1]})], tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".npy", ".arrow"}


def test_a_large_array_in_a_component_stays_in_its_file_and_can_be_written_to_without_changing_it(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(mapped, "LARGE", 1)
    pack({"weights": np.arange(6, dtype=np.float32)}, tmp_path)
    read = unpack(tmp_path)["weights"]
    assert mapped._room(read) is not None
    read[0] = 9
    assert read.tolist() == [9, 1, 2, 3, 4, 5]
    assert unpack(tmp_path)["weights"].tolist() == [0, 1, 2, 3, 4, 5]


def test_an_array_in_a_file_is_brought_into_memory_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 1)
    np.save(tmp_path / "a.npy", np.arange(6, dtype=np.float32))
    for read in (mapped.load(tmp_path / "a.npy"), mapped.load_private(tmp_path / "a.npy")):
        found = mapped.brought_in(read)
        assert mapped._room(found) is None
        assert found.tolist() == read.tolist()
        assert found.flags.writeable == read.flags.writeable
        assert mapped.brought_in(found) is found


def test_equal_frames_are_equal_files_wherever_their_text_came_from(tmp_path):
    names = [f"a name longer than a view {n % 7}" for n in range(50)]
    plain = pl.DataFrame({"name": names})
    plain.write_parquet(tmp_path / "names.parquet")
    gathered = plain.head(7)[[n % 7 for n in range(50)]]
    joined = pl.concat([plain.head(20), plain[20:]], rechunk=False)
    found = []
    filled = plain.with_columns(pl.col("name").replace(names[0], None).fill_null(names[0]))
    read = pl.read_parquet(tmp_path / "names.parquet")
    for at, frame in enumerate((plain, read, gathered, joined, filled)):
        folder = tmp_path / str(at)
        folder.mkdir()
        pack(frame, folder)
        assert unpack(folder).equals(plain)
        found.append((folder / "1.arrow").read_bytes())
    assert found == found[:1] * 5


def test_numbers_that_were_missing_once_leave_no_trace_in_the_file(tmp_path):
    plain = pl.DataFrame({"n": list(range(100))})
    filled = plain.with_columns(pl.when(pl.col("n") == 3).then(None).otherwise("n").fill_null(3).alias("n"))
    for at, frame in enumerate((plain, filled)):
        (tmp_path / str(at)).mkdir()
        pack(frame, tmp_path / str(at))
    one, other = ((tmp_path / str(at) / "1.arrow").read_bytes() for at in (0, 1))
    assert one == other
