"""What the two cleaners at the source make of data, and that no file has what they know."""

import polars as pl
import pytest

from palate import Dataset
from palate.errors import DataError
from palate.runs import run
from palate_forget.exclude import Exclude
from palate_forget.exclusion_list import ExclusionList
from palate_forget.keys import new_key, read_key
from palate_forget.pseudonyms import Pseudonyms, pseudonym

ROWS = [("a", 1), ("b", 1), ("b", 2), ("c", 3)]


def dataset(rows, items=None):
    frame = pl.DataFrame(rows, schema=["user", "item"], orient="row")
    return Dataset.from_frames(frame, items)


def pairs(found):
    users, items = found.users["id"], found.items.ids
    return [(users[row["user"]], items[row["item"]]) for row in found.interactions.iter_rows(named=True)]


@pytest.fixture
def without(tmp_path, key):
    """The cleaner with these users and items on its list."""

    def make(users=(), items=()):
        known = read_key(key)
        ExclusionList.at(tmp_path / "list", known).with_ids(known, users, items).write()
        return Exclude(str(tmp_path / "list"), str(key))

    return make


def test_a_user_on_the_list_goes_with_the_items_that_only_they_brought(without):
    left = without(["b"]).apply(dataset(ROWS))
    assert pairs(left) == [("a", 1), ("c", 3)]
    assert left.items.ids.to_list() == [1, 3]
    assert left.users["id"].to_list() == ["a", "c"]


def test_an_item_that_the_catalogue_tells_of_stays(without):
    items = pl.DataFrame({"id": [1, 2, 3], "title": ["one", "two", "three"]})
    assert without(["b"]).apply(dataset(ROWS, items)).items.ids.to_list() == [1, 2, 3]


def test_an_item_on_the_list_goes_with_the_users_that_only_it_brought(without):
    left = without(items=["3"]).apply(dataset(ROWS))
    assert pairs(left) == [("a", 1), ("b", 1), ("b", 2)]
    assert left.users["id"].to_list() == ["a", "b"]


def test_ids_that_are_numbers_are_found_by_their_text(without):
    left = without(["7"]).apply(dataset([(7, 1), (8, 1)]))
    assert pairs(left) == [(8, 1)]


def test_what_leaves_is_not_in_the_bytes_of_the_frames_that_stay(without, tmp_path):
    left = without(["b-with-a-long-name"]).apply(
        dataset([("a-with-a-long-name", 1), ("b-with-a-long-name", 1)])
    )
    left.users.write_ipc(tmp_path / "users", compression="uncompressed")
    assert b"b-with-a-long-name" not in (tmp_path / "users").read_bytes()


def test_a_list_that_leaves_nobody_is_an_error(without):
    with pytest.raises(DataError, match="leaves none of 4 interactions"):
        without(["a", "b", "c"]).apply(dataset(ROWS))


def test_a_missing_list_or_another_key_is_an_error_and_never_an_empty_list(without, tmp_path, key):
    cleaner = without(["a"])
    new_key(tmp_path / "other")
    with pytest.raises(DataError, match="was written with another key"):
        Exclude(cleaner.file, str(tmp_path / "other")).apply(dataset(ROWS))
    (tmp_path / "list").unlink()
    with pytest.raises(DataError, match="users who were forgotten would be read again"):
        cleaner.fingerprint()
    (tmp_path / "list").write_text("b\n")
    with pytest.raises(DataError, match="is no exclusion list"):
        cleaner.apply(dataset(ROWS))


def test_pseudonyms_keep_every_event_under_other_ids(key):
    known = read_key(key)
    before = dataset(ROWS)
    after = Pseudonyms(str(key)).apply(before)
    renamed = {pseudonym(known, each): each for each in "abc"}
    assert sorted((renamed[user], item) for user, item in pairs(after)) == ROWS
    assert after.users["id"].to_list() == sorted(renamed)
    assert all(len(each) == 32 for each in after.users["id"])


def test_another_key_gives_other_pseudonyms_and_other_fingerprints(tmp_path, key):
    new_key(tmp_path / "other")
    one, other = Pseudonyms(str(key)), Pseudonyms(str(tmp_path / "other"))
    assert not set(one.apply(dataset(ROWS)).users["id"]) & set(other.apply(dataset(ROWS)).users["id"])
    assert one.fingerprint() != other.fingerprint()


def test_a_run_with_pseudonyms_has_no_id_and_no_key_in_any_file(hybrid, key, tmp_path):
    recipe = hybrid()
    recipe["branches"] = {"popular": {"rank": "popularity"}}
    del recipe["fuse"]
    recipe["data"]["clean"] = [
        {"use": "min-interactions", "users": 2},
        {"use": "pseudonyms", "key_file": str(key)},
    ]
    done = run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    assert done.pipeline.users["id"].str.len_chars().unique().to_list() == [32]
    secret = key.read_bytes().strip()
    for path in (
        path for folder in ("runs", "store") for path in (tmp_path / folder).rglob("*") if path.is_file()
    ):
        data = path.read_bytes()
        assert b"marker-user" not in data, path
        assert secret not in data, path
        assert bytes.fromhex(secret.decode()) not in data, path
    assert done.metrics["ndcg@5"].is_finite().all()
