"""Finding files, saying what is missing, recognising a folder."""

import logging

import made
import pytest

from palate.errors import DataError
from palate.registry import installed
from palate_datasets.item_lists import ItemLists
from palate_datasets.known import Known
from palate_datasets.sasrec import SasRec
from palate_datasets.steam import Steam
from palate_datasets.yelp import Yelp

NAMES = sorted(made.ALL)


def source(name):
    return installed().find("source", name)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_is_recognised_by_its_own_source_alone(tmp_path, name):
    made.ALL[name](tmp_path)
    assert {other for other in NAMES if source(other).cls.recognises(tmp_path)} == {name}


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_folder_is_recognised_by_none_and_said_to_lack_the_files(tmp_path, name):
    assert source(name).cls.recognises(tmp_path) is None
    with pytest.raises(DataError) as caught:
        source(name).make({"folder": str(tmp_path)}).load()
    said = str(caught.value)
    assert said.startswith(f"{name}: {tmp_path} has no ")
    assert "\n" not in said


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    files = {"gams": "x", "games": str(tmp_path / "none")}
    with pytest.raises(DataError) as caught:
        Steam(folder=str(tmp_path), files=files).load()
    said = str(caught.value)
    assert "`files.gams` is no part of it. Did you mean 'games'?" in said
    assert f"`files.games`: there is no file {tmp_path / 'none'}" in said
    assert f"{tmp_path} has no reviews (steam_reviews.json.gz)" in said
    assert said.endswith("steam_games.json.gz, a Python literal in each line")


def test_files_may_be_named_one_by_one_and_lie_anywhere(tmp_path):
    made.item_lists(tmp_path / "deep" / "down" / "below")
    where = tmp_path / "deep" / "down" / "below"
    source = ItemLists(files={"train": str(where / "train.txt"), "test": str(where / "test.txt")})
    assert source.load().interactions.height == 6
    assert "original" not in source.load().items.frame.columns, "what is not named is not read"


def test_a_folder_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(DataError, match="steam: there is no folder /no/such"):
        Steam(folder="/no/such").load()


def test_of_a_file_and_the_same_one_packed_the_file_is_read(tmp_path):
    made.steam(tmp_path)
    line = "{'username': 'a', 'product_id': '1', 'date': '2018-01-01'}\n"
    assert Steam(folder=made.write(tmp_path, **{"steam_reviews.json": line})).load().interactions.height == 1


def test_two_files_that_could_be_it_are_both_named(tmp_path):
    folder = made.write(tmp_path, **{"a.txt": "1 2\n", "b.txt": "1 2\n"})
    with pytest.raises(
        DataError, match=r"several files could be the interactions: 'a\.txt', 'b\.txt'; say which"
    ):
        SasRec(folder=folder).load()


def test_the_fingerprint_changes_with_the_files_and_with_nothing_else(tmp_path):
    one, other = made.yelp(tmp_path / "one"), made.yelp(tmp_path / "other")
    assert Yelp(folder=one).fingerprint() == Yelp(folder=other).fingerprint()
    path = tmp_path / "other" / "yelp_academic_dataset_user.json"
    path.write_text(path.read_text().replace("267", "268"))
    assert Yelp(folder=one).fingerprint() != Yelp(folder=other).fingerprint()


def test_counts_other_than_those_published_are_a_warning_and_no_error(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        ItemLists(folder=made.item_lists(tmp_path), size="gowalla").load()
    assert (
        "these files are not gowalla as it was published: expected 1,027,370 interactions, found 6; expected "
        "29,858 users with interactions, found 3; expected 40,981 items with interactions, found 4"
    ) in caplog.text


def test_counts_that_agree_are_not_mentioned(tmp_path, caplog):
    found = ItemLists(folder=made.item_lists(tmp_path)).load()
    with caplog.at_level(logging.WARNING):
        Known(6, 3, 4, all_users=3, all_items=5).check(found, "this")
    assert caplog.text == ""
