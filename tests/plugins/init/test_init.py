"""What `palate init` makes of files that nobody has described."""

import random

import numpy as np
import polars as pl
import pytest
import yaml

from palate import Dataset
from palate.errors import DataError
from palate.recipe import load_recipe
from palate_init.guess import guess as guessed
from palate_init.quoting import flow, plain

PEOPLE, THINGS = 30, 12


@pytest.fixture
def put(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))

    def write(name, header, rows, separator=","):
        lines = [separator.join(map(str, row)) for row in ([header] if header else []) + list(rows)]
        (tmp_path / name).write_text("\n".join(lines) + "\n")
        return tmp_path / name

    return write


@pytest.fixture(autouse=True)
def _without_a_language_model(monkeypatch):
    monkeypatch.setattr("palate_init.draft._has_model", lambda: False)


def guess(*files):
    return guessed(*files).text()


def events(seed=1):
    """30 people, 12 items, ratings from 1 to 5, one event an hour: (person, item, rating, time)."""
    chance = random.Random(seed)
    rows = [
        (100 + u, 7 + i, chance.randint(1, 5)) for u in range(PEOPLE) for i in chance.sample(range(THINGS), 6)
    ]
    chance.shuffle(rows)
    return [(*row, 1_600_000_000 + 3600 * n) for n, row in enumerate(rows)]


def things():
    return [(7 + i, f"Thing number {i}", "red|tall" if i % 2 else "blue") for i in range(THINGS)]


def prepared(text, tmp_path):
    """The recipe, and the data and fold it makes, so that it is known to work that far."""
    path = tmp_path / "guessed.yaml"
    path.write_text(text)
    recipe = load_recipe(path)
    dataset = recipe.source.make().load()
    for block in recipe.clean:
        dataset = block.make().apply(dataset)
    if recipe.feedback is not None:
        dataset = recipe.feedback.make().mark(dataset)
    (fold,) = recipe.split.make().split(dataset, np.random.default_rng(0))
    items = dataset.items
    for block in (block for branch in recipe.branches for block in branch.text):
        items = block.make().apply(items)
    return recipe, Dataset(dataset.interactions, items, dataset.users), fold


def test_columns_with_usual_names_make_a_recipe_that_works(put, tmp_path):
    text = guess(put("ratings.csv", ["userId", "movieId", "rating", "timestamp"], events()))
    recipe, dataset, fold = prepared(text, tmp_path)
    assert yaml.safe_load(text)["data"]["source"]["columns"] == {
        "user": "userId",
        "item": "movieId",
        "rating": "rating",
        "time": "timestamp",
    }
    assert recipe.name == "ratings"
    assert (dataset.users.height, len(dataset.items), dataset.interactions.height) == (30, 12, 180)
    assert recipe.split.name == "temporal"
    assert list(recipe.clean) == [], "five likes each would leave too little, as trying it shows"
    assert yaml.safe_load(text)["data"]["feedback"] == {"use": "ratings", "like": 4, "dislike": 3}
    assert [branch.name for branch in recipe.branches] == ["popularity", "neighbours", "linear"]
    assert min(fold.count(part) for part in ("train", "validation", "test")) > 0


def test_without_names_the_values_tell(put, tmp_path):
    rows = [(time, person, rating, thing) for person, thing, rating, time in events()]
    text = guess(put("log.tsv", ["a", "b", "c", "d"], rows, "\t"))
    columns = yaml.safe_load(text)["data"]["source"]["columns"]
    assert columns == {"user": "b", "item": "d", "rating": "c", "time": "a"}
    assert text.count("by its values: look whether that is right") == 4
    assert prepared(text, tmp_path)[1].interactions.height == 180


def test_a_file_without_header_is_noticed(put, tmp_path):
    text = guess(put("u.data", None, events(), "\t"))
    _, dataset, _ = prepared(text, tmp_path)
    assert dataset.interactions.height == 180
    assert dataset.interactions.columns[:4] == ["user", "item", "rating", "time"]


def test_the_items_file_shows_which_column_is_the_item(put, tmp_path):
    rows = [(thing, person) for person, thing, *_ in events()]
    items = put("items.csv", ["nr", "label", "kinds"], things())
    text = guess(put("pairs.csv", ["x", "y"], rows), items)
    assert yaml.safe_load(text)["data"]["source"]["columns"] == {"user": "y", "item": "x"}
    recipe, dataset, _ = prepared(text, tmp_path)
    assert recipe.split.name == "random"
    first = dataset.items.frame.row(0, named=True)
    assert (first["title"], first["kinds"]) == ("Thing number 0", ["blue"])


def test_texts_become_a_content_branch_with_the_title_first_and_long_text_last(put, tmp_path):
    long = "a description that goes on and on so that no one would ever take it for a title or a brand {}"
    rows = [
        (long.format(n), f"http://pictures/{n}.jpg", i, kinds, title, 9)
        for n, (i, title, kinds) in enumerate(things())
    ]
    items = put("items.csv", ["About It", "image", "id", "kinds", "name", "price"], rows)
    text = guess(put("ratings.csv", ["user", "item", "rating", "time"], events()), items)
    source = yaml.safe_load(text)["data"]["source"]
    assert source["item_columns"] == {"id": "id", "title": "name", "about_it": "About It"}
    assert source["lists"] == {"kinds": "|"}
    assert '# not used of items "image"' in text
    content = yaml.safe_load(text)["branches"]["content"]
    assert content["text"] == [{"use": "template", "template": "{title}. {kinds}. {about_it}"}]
    assert content["aggregate"]["use"] == "recency-mean"
    _, dataset, _ = prepared(text, tmp_path)
    assert dataset.items.text[1] == f"Thing number 1. red, tall. {long.format(1)}"


def test_texts_are_read_by_a_language_model_where_there_is_one(put, monkeypatch):
    monkeypatch.setattr("palate_init.draft._has_model", lambda: True)
    monkeypatch.setattr("palate_init.trying._trouble", lambda draft, folder: "")
    items = put("items.csv", ["id", "name", "kinds"], things())
    text = guess(put("ratings.csv", ["user", "item", "rating", "time"], events()), items)
    encode = yaml.safe_load(text)["branches"]["content"]["encode"]
    assert encode == {"use": "transformers", "model": "all-MiniLM-L6-v2"}


def test_a_language_model_that_does_not_load_gives_way_to_counted_words(put, monkeypatch):
    monkeypatch.setattr("palate_init.draft._has_model", lambda: True)
    monkeypatch.setattr(
        "palate_init.trying._trouble", lambda draft, _: "no model" if draft.encoder == "transformers" else ""
    )
    items = put("items.csv", ["id", "name", "kinds"], things())
    found = guessed(put("ratings.csv", ["user", "item", "rating", "time"], events()), items)
    assert yaml.safe_load(found.text())["branches"]["content"]["encode"] == "tfidf"
    assert "the reason: no model" in found.notes


def test_items_without_text_stay_without_and_are_counted(put, tmp_path):
    rows = [(i, "" if n % 3 == 0 else title, "") for n, (i, title, _) in enumerate(things())]
    items = put("items.csv", ["id", "name", "kinds"], rows)
    text = guess(put("ratings.csv", ["user", "item", "rating", "time"], events()), items)
    assert "# 4 items have no text: they stay without" in text
    assert "fill" not in text
    assert prepared(text, tmp_path)[1].items.text.to_list().count("") == 4


def test_items_that_do_not_fit_the_interactions_are_refused(put):
    log = put("ratings.csv", ["user", "item", "rating", "time"], events())
    with pytest.raises(
        DataError,
        match=r"no column of .*items.csv has the items of .*ratings.csv \(column 'item', such as 10, 11, 12",
    ):
        guess(log, put("items.csv", ["id", "name"], [("x", "Thing"), ("y", "Other")]))


def test_times_written_the_local_way_get_their_pattern(put, tmp_path):
    rows = [(u, i, f"{1 + n % 28:02}.{1 + n % 12:02}.2023") for n, (u, i, *_) in enumerate(events())]
    text = guess(put("orders.csv", ["customer", "sku", "order_date"], rows, ";"))
    assert yaml.safe_load(text)["data"]["source"]["time_format"] == "%d.%m.%Y"
    _, dataset, _ = prepared(text, tmp_path)
    assert dataset.has_times


def test_a_column_that_is_called_time_and_is_none_is_ruled_out_with_a_word(put, tmp_path):
    rows = [(u, i, "soon") for u, i, *_ in events()]
    text = guess(put("log.csv", ["user", "item", "time"], rows))
    assert yaml.safe_load(text)["data"]["source"]["columns"]["time"] is None
    recipe, dataset, _ = prepared(text, tmp_path)
    assert recipe.split.name == "random"
    assert not dataset.has_times


def test_gaps_are_skipped_and_reported(put, tmp_path):
    rows = events()
    rows += [("", 7, 3, 1_600_000_000), (101, 8, "", 1_600_000_000)]
    found = guessed(put("ratings.csv", ["user", "item", "rating", "time"], rows))
    text = found.text()
    assert yaml.safe_load(text)["data"]["source"]["bad_rows"] == "skip"
    assert any("1 of 182 rows of" in note and "line 182 (no user)" in note for note in found.notes)
    assert prepared(text, tmp_path)[1].interactions.height == 181


def test_a_core_that_would_take_most_away_is_only_suggested(put, tmp_path):
    rows = [(n, n % 40, 1_600_000_000 + n) for n in range(60)]
    text = guess(put("thin.csv", ["user", "item", "time"], rows))
    recipe, dataset, _ = prepared(text, tmp_path)
    assert list(recipe.clean) == []
    assert "# - {use: min-interactions" in text
    assert dataset.interactions.height == 60


def test_parquet_and_json_lines_are_looked_at_too(put, tmp_path):
    frame = pl.DataFrame(events(), schema=["user_id", "product_id", "stars", "ts"], orient="row")
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_ndjson(tmp_path / "a.jsonl")
    for name in ("a.parquet", "a.jsonl"):
        _, dataset, _ = prepared(guess(tmp_path / name), tmp_path)
        assert dataset.interactions.height == 180


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (["user"], [(1,), (2,)], r"can be the item\. It has 'user': 2 different of 2 values from 1 to 2"),
        (["when"], [("2020-01-01",)], r"can be the user\. It has 'when': 1 different of 1 values, time"),
        (["user", "item"], [], "has no rows"),
    ],
)
def test_files_in_which_nothing_can_be_the_user_or_the_item_are_refused(put, header, rows, said):
    with pytest.raises(DataError, match=said):
        guess(put("x.csv", header, rows))


@pytest.mark.parametrize(
    "value", ["plain", "a b", "no", "7", "1e3", "a: b", "#x", "é", "~", "x,y", "{z}", " a", "null", "-"]
)
def test_names_are_quoted_where_yaml_would_read_something_else(value):
    assert yaml.safe_load(f"key: {plain(value)}  # comment") == {"key": value}
    assert yaml.safe_load(flow({value: value})) == {value: value}


def test_the_libraries_it_looks_for_are_those_of_the_encoder():
    from palate.registry import installed

    needed = installed().find("encoder", "transformers").cls.libraries
    assert set(needed) >= {"torch", "transformers"}


@pytest.mark.parametrize("loads", [True, False])
def test_of_many_texts_a_language_model_reads_one_before_it_is_chosen(put, monkeypatch, loads):
    from palate.errors import ModelNotFound
    from palate_transformers.encoder import Transformers

    read = []

    def encode(self, texts):
        read.extend(texts)
        if not loads:
            raise ModelNotFound("no such model")
        return np.ones((len(texts), 2), np.float32)

    monkeypatch.setattr(Transformers, "encode", encode)
    monkeypatch.setattr("palate_init.draft._has_model", lambda: True)
    monkeypatch.setattr("palate_init.trying.FEW_TEXTS", 5)
    items = put("items.csv", ["id", "name", "kinds"], things())
    found = guessed(put("ratings.csv", ["user", "item", "rating", "time"], events()), items)
    assert read == ["one text"]
    assert (found.draft.encoder == "transformers") == loads
    assert any("the model on one text" in note or "no such model" in note for note in found.notes)


def in_order(name, first=0):
    """Ten people with eight events each, numbered in their order, rows of different people mixed."""
    chance = random.Random(3)
    rows = [(f"u{u}", f"i{chance.randrange(THINGS)}", first + n) for n in range(8) for u in range(10)]
    return ("user_id", "item_id", name), rows


@pytest.mark.parametrize(("name", "first"), [("position", 0), ("seq", 1), ("Order", 5)])
def test_numbers_that_order_the_events_of_each_user_are_their_times_and_part_nobody_elses(put, name, first):
    recipe = yaml.safe_load(guess(put("log.csv", *in_order(name, first))))
    assert recipe["data"]["source"]["columns"]["time"] == name
    assert recipe["data"]["split"]["use"] == "user-temporal"


def test_numbers_that_repeat_within_a_user_are_no_order(put):
    header, rows = in_order("rank")
    text = guess(put("log.csv", header, [(user, item, n // 3) for user, item, n in rows]))
    assert "time" not in yaml.safe_load(text)["data"]["source"]["columns"]


def test_a_branch_that_reads_order_is_suggested_where_there_is_one(put):
    assert "#   rank: markov" in guess(put("log.csv", *in_order("position")))
    assert "markov" not in guess(put("log.csv", ("user", "item"), [row[:2] for row in events()]))
