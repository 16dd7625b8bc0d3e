"""Amazon, RetailRocket, Steam and Yelp, field by field."""

from datetime import date

import made
import pytest

from palate.errors import DataError
from palate_datasets.amazon import Amazon
from palate_datasets.retailrocket import RetailRocket
from palate_datasets.steam import Steam
from palate_datasets.yelp import Yelp


def test_amazon_of_2014_has_products_from_python_literals(tmp_path):
    found = Amazon(folder=made.amazon_2014(tmp_path)).load()
    assert found.users["id"].to_list() == ["A1YJEY40YUW4SE", "A60XNB876KYML"]
    assert found.interactions.rows() == [(0, 0, 1.0, 1391040000), (1, 1, 5.0, 1397779200)]
    first, second = found.items.frame.to_dicts()
    assert first == {
        "id": "7806397051", "title": 'WAWO "15" Color & Palette', "brand": None,
        "categories": ["Beauty", "Makeup", "Face"], "description": "Don't eat.",
        "price": pytest.approx(8.17),
    }  # fmt: skip
    assert (second["title"], second["categories"], second["price"]) == ('It\'s "café"', ["Beauty"], None)


def test_amazon_of_2018_has_lists_and_prices_as_text(tmp_path):
    found = Amazon(folder=made.amazon_2018(tmp_path)).load()
    assert found.interactions.rows() == [(0, 0, 5.0, 1392681600)]
    assert found.items.frame.to_dicts()[0] == {
        "id": "B0000530HU", "title": "After Shave", "brand": "Aqua Velva", "price": 1012.5,
        "categories": ["Beauty", "Shaving"], "description": "Cools. Soothes.", "features": ["7 oz"],
    }  # fmt: skip
    assert found.items.frame.to_dicts()[1]["title"] is None


def test_amazon_of_2023_counts_products_or_variants_and_has_times_in_milliseconds(tmp_path):
    folder = made.amazon_2023(tmp_path)
    found = Amazon(folder=folder).load()
    assert found.interactions.rows() == [(0, 0, 4.0, 1588687728)]
    item = found.items.frame.to_dicts()[0]
    assert (item["id"], item["brand"]) == ("B00YQ6X8EP", "Howard Products")
    assert item["description"] == "[New] Feeds wood.", "a text in brackets is no list"
    variants = Amazon(folder=folder, item="asin").load()
    assert variants.items.ids.gather(variants.interactions["item"]).to_list() == ["B00YQ6X8EO"]


@pytest.mark.parametrize("release", ["2014", "2018", "auto"])
def test_ratings_alone_have_the_user_first_in_2014_and_the_item_in_2018(tmp_path, release):
    user, item = "A3CIUOJXQ5VDQ2", "B0000530HU"
    first, second = (item, user) if release == "2018" else (user, item)
    if release == "auto":
        first, second = item, user
    folder = made.write(tmp_path, **{"ratings_Beauty.csv": f"{first},{second},4.0,1392681600\n"})
    found = Amazon(folder=folder, release=release).load()
    assert (found.users["id"][0], found.items.ids[0]) == (user, item)
    assert found.interactions.rows() == [(0, 0, 4.0, 1392681600)]


def test_the_published_splits_of_2023_are_parts(tmp_path):
    head = "user_id,parent_asin,rating,timestamp,history\n"
    rows = {"train": "U1,B1,5.0,1000,\n", "valid": "U1,B2,4.0,2000,B1\n", "test": "U1,B3,1.0,3000,B1 B2\n"}
    folder = made.write(tmp_path, **{f"Baby.{part}.csv": head + row for part, row in rows.items()})
    source = Amazon(folder=folder)
    assert source.load().interactions["part"].to_list() == [0, 1, 2]
    assert source.suggests()["split"] == "column"


def test_several_categories_are_told_apart(tmp_path):
    made.amazon_2018(tmp_path)
    line = '{"overall": 1, "reviewerID": "A1", "asin": "B1", "unixReviewTime": 1}\n'
    folder = made.write(tmp_path, **{"Toys_5.json.gz": line, "meta_Toys.json.gz": '{"asin": "B1"}\n'})
    with pytest.raises(DataError) as caught:
        Amazon(folder=folder).load()
    assert "several files could be the items" in str(caught.value)
    assert Amazon(folder=folder, category="Toys").load().items.ids.to_list() == ["B1"]


def test_a_review_without_an_item_is_named_by_its_line(tmp_path):
    whole = '{"rating": 1, "parent_asin": "B1", "user_id": "U1", "timestamp": 1}'
    text = whole + '\n\n{"rating": 1, "user_id": "U1"}\n'
    folder = made.write(tmp_path, **{"Toys.jsonl": text})
    with pytest.raises(DataError, match=r"line 3: there is no 'parent_asin', 'timestamp', which"):
        Amazon(folder=folder).load()


def test_retailrocket_has_types_and_the_latest_properties_with_the_parent_of_a_category(tmp_path):
    folder = made.retailrocket(tmp_path)
    found = RetailRocket(folder=folder).load()
    assert found.users["id"].to_list() == [111016, 257597]
    assert found.interactions.rows(named=True) == [
        {"user": 0, "item": 1, "time": 1433221999, "type": "addtocart"},
        {"user": 1, "item": 2, "time": 1433221332, "type": "view"},
        {"user": 1, "item": 0, "time": 1433224214, "type": "transaction"},
    ]
    assert found.items.frame.rows() == [
        (248676, None, 1, None),
        (318965, None, None, None),
        (355908, "1338", None, "213"),
    ]
    hashed = RetailRocket(folder=folder, properties=["888"]).load().items.frame
    assert hashed.rows()[-1] == (355908, ["1116713", "n277.200"])


def test_retailrocket_names_the_line_of_an_event_that_does_not_read(tmp_path):
    text = "timestamp,visitorid,event,itemid,transactionid\n1,2,view,3,\n1,2,view,,\n"
    with pytest.raises(DataError, match=r"events\.csv, line 3: .* is no time, visitor, event and item"):
        RetailRocket(folder=made.write(tmp_path, **{"events.csv": text})).load()


def test_steam_knows_users_by_name_also_where_it_is_a_number(tmp_path):
    found = Steam(folder=made.steam(tmp_path)).load()
    assert found.users["id"].to_list() == ["1234", "Chaos Syren"]
    assert found.items.ids.to_list() == [328100, 725280]
    assert found.interactions.select("user", "item", "time", "early_access").rows() == [
        (0, 0, 1514851200, True),
        (1, 1, 1513468800, False),
    ]
    assert found.interactions["hours"].to_list() == [None, pytest.approx(0.1)]
    free, lost = found.items.frame.to_dicts()
    assert (free["title"], free["price"]) == ("Free One", 0.0)
    assert (lost["title"], lost["genres"], lost["tags"]) == (
        "Lost Summoner",
        ["Action", "Casual"],
        ["Strategy"],
    )
    assert (lost["specs"], lost["developer"], lost["released"]) == (
        ["Single-player"],
        "Kotoshiro",
        "2018-01-04",
    )


def test_yelp_reads_businesses_old_and_new_and_no_names_of_users(tmp_path):
    found = Yelp(folder=made.yelp(tmp_path)).load()
    assert found.interactions.rows() == [(0, 0, 3.0, 1531001351), (1, 1, 5.0, 1293926400)]
    new, old = found.items.frame.to_dicts()
    assert new == {
        "id": "XQfwVwDr-v0ZS3_CbbE5Xw", "title": "Turning Point", "address": "1460 Bethlehem Pike",
        "city": "North Wales", "state": "PA", "latitude": 40.25, "longitude": -75.25, "stars": 3.0,
        "reviews": 169, "open": 1, "categories": ["Restaurants", "Food", "Bubble Tea"],
    }  # fmt: skip
    assert (old["categories"], old["address"]) == (["Bars", "Pubs"], "1 Main St")
    assert found.users.to_dicts()[1] == {
        "id": "u2", "reviews": 585, "fans": 267, "stars": pytest.approx(3.91), "since": date(2007, 1, 25),
    }  # fmt: skip


def test_yelp_keeps_the_texts_of_reviews_where_asked(tmp_path):
    found = Yelp(folder=made.yelp(tmp_path), texts=True).load()
    assert found.interactions["text"].to_list() == ["If you decide\nto eat here", "Good"]
