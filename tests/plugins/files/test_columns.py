import uuid

import polars as pl
import pytest

from palate.components.component import Component
from palate.data import PARTS
from palate.errors import DataError
from palate_files.source import Files


def load(path, **options):
    return Files(interactions=str(path), **options).load()


@pytest.mark.parametrize(
    "head",
    [
        "userId,movieId,rating,timestamp",
        "User-ID,ISBN,Score,Date",
        "user_id:token,item_id:token,rating:float,timestamp:float",
    ],
)
def test_usual_names_are_recognised(put, head):
    found = load(put("x.csv", f"{head}\n7,1,4,200\n"))
    assert found.interactions.rows() == [(0, 0, 4.0, 200)]


def test_a_column_may_be_named_or_ruled_out(put):
    path = put("x.csv", "who,what,rating,time,user\nann,tea,4,100,9\n")
    found = load(path, columns={"user": "who", "item": "what", "rating": None})
    assert found.users["id"].to_list() == ["ann"]
    assert found.interactions.columns == ["user", "item", "time"]


def test_a_named_column_that_is_missing_is_refused_with_the_nearest_and_the_others(put):
    path = put("x.csv", "who,what\nann,tea\n")
    with pytest.raises(
        DataError, match=r"`columns.user`.*no column 'whom'. Did you mean 'who'\? It has 'who', 'what'"
    ):
        load(path, columns={"user": "whom", "item": "what"})


def test_columns_that_nobody_recognises_are_refused_with_how_to_name_them(put):
    with pytest.raises(DataError, match=r"as users usually are; it has 'a', 'b'.*columns: \{user"):
        load(put("x.csv", "a,b\n1,2\n"))


def test_ids_with_leading_zeros_stay_text(put):
    assert load(put("x.csv", "user,item\n007,1\n7,2\n")).users["id"].to_list() == ["007", "7"]


def test_text_that_comes_late_among_numbers_makes_all_ids_text(put):
    rows = "".join(f"{n},1\n" for n in range(10, 1510))
    found = load(put("x.csv", f"user,item\n{rows}A7,1\n"))
    assert found.users.height == 1501
    assert found.users["id"].dtype == pl.String
    assert "A7" in found.users["id"].to_list()


def test_ids_of_several_files_get_one_type(put):
    first, second = put("a.csv", "user,item\n1,1\n"), put("b.csv", "user,item\nx,2\n")
    found = Files(interactions=[first, second]).load()
    assert found.users["id"].to_list() == ["1", "x"]
    assert found.items.ids.to_list() == [1, 2]


def test_binary_uuids_become_text(tmp_path):
    people = [uuid.UUID(int=5), uuid.UUID(int=2**100)]
    frame = pl.DataFrame({"user_uuid": [person.bytes for person in people], "item_uuid": [b"tea", b"jam"]})
    frame.write_parquet(tmp_path / "x.parquet")
    found = load(tmp_path / "x.parquet")
    assert found.users["id"].to_list() == [str(person) for person in people]
    assert found.items.ids.to_list() == ["jam", "tea"]


def test_whole_floats_and_categories_are_ids_too(tmp_path):
    frame = pl.DataFrame({"user": [3.0, 1.0], "item": pl.Series(["tea", "jam"], dtype=pl.Categorical)})
    frame.write_parquet(tmp_path / "x.parquet")
    found = load(tmp_path / "x.parquet")
    assert found.users["id"].to_list() == [1, 3]
    assert found.items.ids.to_list() == ["jam", "tea"]


def test_items_are_renamed_and_lists_split(put):
    log = put("x.csv", "user,item\n1,20\n2,30\n")
    items = put("items.csv", 'movieId,name,tags,year,code\n20,Tea,"a| b |",1999,01\n10,Jam,,2001.5,02\n')
    found = load(log, items=items, item_columns={"title": "name"}, lists={"tags": "|"})
    assert found.items.frame.to_dicts() == [
        {"id": 10, "title": "Jam", "tags": [], "year": 2001.5, "code": "02"},
        {"id": 20, "title": "Tea", "tags": ["a", "b"], "year": 1999.0, "code": "01"},
        {"id": 30, "title": None, "tags": None, "year": None, "code": None},
    ]


def test_people_may_have_attributes(put):
    log = put("x.csv", "user,item\n1,20\n2,30\n")
    found = load(
        log, users=put("users.jsonl", '{"uid": 2, "likes": ["tea", "jam"]}\n{"uid": 1, "likes": []}\n')
    )
    assert found.users.to_dicts() == [{"id": 1, "likes": []}, {"id": 2, "likes": ["tea", "jam"]}]


def test_what_is_wrong_with_items_is_said(put):
    log = put("x.csv", "user,item\n1,20\n")
    items = put("items.csv", "movieId,name,title\n20,Tea,T\n")
    for options, said in [
        ({"item_columns": {"id": "movie"}}, r"`item_columns.id`.*Did you mean 'movieId'"),
        ({"item_columns": {"title": "name"}}, "has a column 'title' already"),
        ({"lists": {"genres": "|"}}, r"`lists.genres`.*there are 'id', 'name', 'title'"),
    ]:
        with pytest.raises(DataError, match=said):
            load(log, items=items, **options)
    with pytest.raises(DataError, match="`item_columns` are given and no `items` file"):
        load(log, item_columns={"title": "name"})
    with pytest.raises(DataError, match="as ids of items usually are"):
        load(log, items=put("other.csv", "a,b\n1,2\n"))


def test_test_and_validation_files_make_a_part(put):
    found = Files(
        interactions=put("a.csv", "user,item\n1,1\n1,2\n"),
        validation=put("b.csv", "user,item\n2,1\n"),
        test=put("c.csv", "user,item\n2,3\n"),
    ).load()
    names = {number: name for name, number in PARTS.items()}
    rows = [(user, item, names[part]) for user, item, part in found.interactions.rows()]
    assert rows == [(0, 0, "train"), (0, 1, "train"), (1, 0, "validation"), (1, 2, "test")]


def test_files_must_have_the_same_roles(put):
    first, second = put("a.csv", "user,item,time\n1,1,5\n"), put("b.csv", "user,item\n1,2\n")
    with pytest.raises(DataError, match=r"a.csv has a column for the time and .*b.csv has none.*time: null"):
        Files(interactions=first, test=second).load()
    assert Files(interactions=first, test=second, columns={"time": None}).load().interactions.height == 2


def test_what_it_gives_follows_from_the_columns(put):
    bare, full = put("a.csv", "user,item\n1,1\n"), put("b.csv", "user,item,stars,date\n1,1,5,2020-01-01\n")
    items = put("c.csv", "id,title\n1,Tea\n")
    assert Files(interactions=bare).gives() == frozenset()
    assert Files(interactions=full, items=items).gives() == {"timestamps", "ratings", "text"}


def test_the_fingerprint_follows_contents_and_not_names(put, tmp_path):
    first = Files(interactions=put("a.csv", "user,item\n1,1\n")).fingerprint()
    assert Files(interactions=put("b.csv", "user,item\n1,1\n")).fingerprint() == first
    assert Files(interactions=put("a.csv", "user,item\n1,2\n")).fingerprint() != first
    same = put("a.csv", "user,item\n1,1\n")
    assert Files(interactions=same, test=same).fingerprint() != first


def test_its_options_are_checked_by_its_signature(put):
    component = Component("source", Files, "files", "palate", "0")
    made = component.make(
        {"interactions": "x.csv", "columns": {"user": "who", "time": None}, "bad_rows": "skip"}
    )
    assert made == Files("x.csv", columns={"user": "who", "time": None}, bad_rows="skip")
    for wrong in (
        {},
        {"interactions": 5},
        {"interactions": "x", "columns": {"person": "who"}},
        {"interactions": "x", "bad_rows": "keep"},
    ):
        assert component.check(wrong)[1]


def test_a_column_may_be_named_by_its_place(put):
    path = put("x.csv", "1,5,4\n1,6,2\n")
    found = load(path, header=False, columns={"user": 1, "item": 2, "rating": 3})
    assert found.interactions["rating"].to_list() == [4.0, 2.0]
    with pytest.raises(DataError, match="has 3 columns, and no column 4"):
        load(path, header=False, columns={"user": 1, "item": 4})


def test_several_rows_of_one_item_are_refused_unless_the_first_is_to_count(put, caplog):
    log, items = put("x.csv", "user,item\n1,20\n"), put("items.csv", "id,title\n20,Tea\n20,Jam\n,Gin\n")
    with pytest.raises(
        DataError, match=r"2 of 3 rows of the items file.*such as 20, None; `repeated: first`"
    ):
        load(log, items=items)
    assert load(log, items=items, repeated="first").items.titles.to_list() == ["Tea"]
    assert "2 of 3 rows of the items file" in caplog.text


def test_all_wrong_columns_are_named_together_and_one_column_is_not_two_roles(put):
    path = put("x.csv", "user,item,rating\nann,tea,4\n")
    with pytest.raises(DataError, match=r"columns.user`.*'usr'.*; `columns.item`.*'itm'"):
        load(path, columns={"user": "usr", "item": "itm"})
    with pytest.raises(DataError, match=r"'user' of .* is the user and the item at once"):
        load(path, columns={"user": "user", "item": "user"})


def test_a_pattern_that_no_time_has_is_named(put):
    path = put("x.csv", "user,item,time\nann,tea,1600000000\n")
    with pytest.raises(DataError, match=r"No time is written as `time_format: '%d/%m/%Y'` says"):
        load(path, time_format="%d/%m/%Y")


def test_lists_without_a_file_that_has_them_are_refused(put):
    with pytest.raises(DataError, match="there is no file of items or users"):
        load(put("x.csv", "user,item\nann,tea\n"), lists={"genres": "|"})


def test_paths_are_taken_from_the_folder_that_is_given(tmp_path, put):
    from palate.errors import DataError
    from palate_files.source import Files

    put("events.csv", "user,item\n1,2\n")
    whole = put("items.csv", "id,title\n2,x\n")
    folder = str(tmp_path)
    found = Files("events.csv", items=whole, folder=f"{folder}/")
    assert found.load().items.frame["title"].to_list() == ["x"]
    assert found.gives() == {"text"}
    assert found.fingerprint() == Files(f"{folder}/events.csv", items=whole).fingerprint()
    assert Files(["events.csv"], folder=folder).load().interactions.height == 1
    assert Files("ev*.csv", folder=folder).load().interactions.height == 1
    with pytest.raises(DataError, match=r"there is no file .*/nowhere/events.csv"):
        Files("events.csv", folder=f"{folder}/nowhere").load()
