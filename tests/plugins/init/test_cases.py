"""`palate init` and `palate run` on the files on which palate has failed (`tests/cases`)."""

from pathlib import Path

import pytest

from palate.errors import DataError

CASES = Path(__file__).parents[2] / "cases"
RATED, TIMED = {"user", "item", "rating", "time"}, {"user", "item", "time"}
COLUMNS = [
    ("01-float-ids/events.csv", "01-float-ids/items.csv", RATED, "ratings"),
    ("02-european-csv/bewertungen.csv", "02-european-csv/artikel.csv", TIMED, None),
    ("02-european-csv/bewertungen-utf8.csv", "02-european-csv/artikel-utf8.csv", TIMED, None),
    ("04-event-types/events.csv", None, TIMED | {"type"}, "events"),
    ("06-labels-and-dislikes/hits.csv", None, RATED, "ratings"),
    ("06-labels-and-dislikes/labels01.csv", None, RATED, "labels"),
    ("06-labels-and-dislikes/shown-rating.csv", None, RATED, "labels"),
    ("06-labels-and-dislikes/shown.csv", None, TIMED | {"label"}, "labels"),
    ("06-labels-and-dislikes/votes.csv", None, RATED, "labels"),
    ("06-labels-and-dislikes/weights.csv", None, RATED, "ratings"),
    ("07-few-events/few-time.csv", None, TIMED, None),
    ("07-few-events/few.csv", None, {"user", "item"}, None),
    ("07-few-events/once.csv", None, {"user", "item"}, None),
    ("07-few-events/tiny.csv", None, {"user", "item"}, None),
    ("08-has-all/e.csv", None, TIMED, None),
    ("11-genre-lists/ratings.csv", "11-genre-lists/movies.csv", RATED, "ratings"),
    ("11-genre-lists/ratings.csv", "11-genre-lists/movies.jsonl", RATED, "ratings"),
    ("11-genre-lists/ratings.csv", "11-genre-lists/movies-bar.csv", RATED, "ratings"),
    ("13-repeats/e.csv", "13-repeats/items.csv", RATED, "ratings"),
    ("22-titles/e.csv", "22-titles/i.csv", TIMED, None),
    ("23-typed/big.csv", None, TIMED, None),
    ("23-typed/big.jsonl", None, TIMED, None),
    ("23-typed/arr.json", None, TIMED, None),
    ("23-typed/nested.jsonl", None, TIMED, None),
    ("23-typed/nulls.jsonl", None, TIMED, None),
    ("23-typed/pandas.csv", None, RATED, "ratings"),
    ("23-typed/pandas.parquet", None, RATED, "ratings"),
    ("23-typed/u64.parquet", "23-typed/items.parquet", RATED, "ratings"),
    ("24-layouts/basket.csv", None, {"user", "item"}, None),
    ("24-layouts/lists.jsonl", None, {"user", "item"}, None),
    ("24-layouts/bom-noheader.csv", None, RATED, "ratings"),
    ("24-layouts/bom.jsonl", None, TIMED, None),
    ("24-layouts/colons-head.dat", None, RATED, "ratings"),
    ("24-layouts/colons.dat", None, RATED, "ratings"),
    ("24-layouts/comment.csv", None, TIMED, None),
    ("24-layouts/cr.csv", None, TIMED, None),
    ("24-layouts/dup-head.csv", None, TIMED, None),
    ("24-layouts/excel-sep.csv", None, TIMED, None),
    ("24-layouts/excel-utf16.csv", None, TIMED, None),
    ("24-layouts/footer.csv", None, TIMED, None),
    ("24-layouts/padded.txt", None, RATED, "ratings"),
    ("24-layouts/space-head.txt", None, RATED, "ratings"),
    ("24-layouts/space.txt", None, RATED, "ratings"),
    ("24-layouts/thousands.csv", None, {"user", "item"}, None),
    ("28-new-items/e.csv", "28-new-items/deals.csv", TIMED, None),
]


@pytest.mark.parametrize(("file", "items", "roles", "feedback"), COLUMNS)
def test_every_case_gets_a_recipe_that_runs(taken, file, items, roles, feedback):
    _, recipe, result = taken(CASES / file, items and CASES / items)
    columns = {role for role, column in recipe["data"]["source"]["columns"].items() if column is not None}
    assert columns == roles
    assert recipe["data"].get("feedback", {}).get("use") == feedback
    assert ("content" in recipe["branches"]) == (items is not None)
    assert result.results["rows"]


@pytest.mark.parametrize(
    ("file", "note"),
    [
        ("02-european-csv/bewertungen.csv", "not used: 'Note'"),
        ("02-european-csv/bewertungen.csv", "is not UTF-8 and is read as cp1252"),
        ("04-event-types/events.csv", "not used: 'transactionid'"),
        ("07-few-events/once.csv", "no user has events to fit on and others to evaluate"),
        ("23-typed/nulls.jsonl", "15 of 716 rows of"),
        ("24-layouts/footer.csv", "line 718 (no time)"),
        ("24-layouts/dup-head.csv", "several columns called 'user'"),
        ("24-layouts/thousands.csv", "not used: 'count'"),
    ],
)
def test_what_was_left_out_or_taken_for_granted_is_told(taken, file, note):
    found, *_ = taken(CASES / file)
    assert any(note in said for said in found.notes)
    assert note.split(": ")[0] in " ".join(found.text().replace("\n#", " ").split())


def test_types_of_events_are_weighed_by_their_words(taken):
    _, recipe, _ = taken(CASES / "04-event-types/events.csv")
    assert recipe["data"]["feedback"] == {
        "use": "events",
        "weights": {"view": 1, "addtocart": 2, "purchase": 3},
    }


def test_a_zero_is_said_to_look_like_a_no(taken):
    found, *_ = taken(CASES / "06-labels-and-dislikes/shown.csv")
    assert "0 looks like a no" in found.text()


def test_new_users_and_new_items_are_kept_where_content_serves_them(taken, tmp_path):
    from palate.runs import fit

    taken(CASES / "28-new-items/e.csv", CASES / "28-new-items/deals.csv")
    fitted = fit(tmp_path / "recipe.yaml", store=tmp_path / "store")
    assert len(fitted.items) == 46
    assert fitted.users.height == 70
    listed = set(fitted.recommend(history=[243], k=46)["item"])
    assert listed == set(fitted.items.ids) - {243}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            "24-layouts/matrix.csv",
            "looks like a matrix, with a row for each user and a column for each of 40 items",
        ),
        ("24-layouts/adjacency.txt", "do not part into the same number of columns"),
    ],
)
def test_what_is_no_table_of_events_is_refused(taken, file, said):
    with pytest.raises(DataError, match=said):
        taken(CASES / file)
