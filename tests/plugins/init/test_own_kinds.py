"""Small files of kinds that `tests/cases` does not show, made from 400 events of 40 users with 25 items."""

import datetime
import json
import random

import pytest

from palate_init.guess import guess

USERS, ITEMS, DAY = 40, 25, 86_400
chance = random.Random(5)
PAIRS = chance.sample([(u, i) for u in range(USERS) for i in range(ITEMS)], 400)
EVENTS = [(k, u, i, chance.randint(1, 5), 1_600_000_000 + 37_000 * k) for k, (u, i) in enumerate(PAIRS)]


def rows(line, head=""):
    return head + "".join(line(*event) + "\n" for event in EVENTS)


def date(time, pattern):
    return datetime.datetime.fromtimestamp(time, datetime.UTC).strftime(pattern)


def pick(k, *values):
    return values[k * 7 % len(values)]


MOVIES = "".join(
    f"{i}::Été {i} (199{i % 10})::{'Drama|Comédie' if i % 2 else 'Action'}\n" for i in range(ITEMS)
)
TEAS = "code;name;about\n" + "".join(f"{i:05d};{'' if i % 2 else f'Tea {i}'};\n" for i in range(ITEMS))
POSTS = json.dumps({"posts": [{"post": {"id": i, "headline": f"News of {i}"}} for i in range(ITEMS)]})

HEADED = "Our films\n\nnr,called,kind\n" + "".join(
    f"{i},Film {i},{'NULL' if i % 3 else 'play'}\n" for i in range(ITEMS)
)
CATALOGUES = {
    "movies.dat": (MOVIES, "cp1252"),
    "teas.csv": (TEAS, "utf-8"),
    "posts.json": (POSTS, "utf-8"),
    "headed.csv": (HEADED, "utf-16"),
}

# file: (text, encoding, catalogue, roles, use of feedback)
FILES = {
    "movielens.dat": (
        *(rows(lambda k, u, i, x, t: f"{u}::{i}::{x}::{t}"), "utf-8", "movies.dat"),
        *({"user": "column_1", "item": "column_2", "rating": "column_3", "time": "column_4"}, "ratings"),
    ),
    "books.csv": (
        rows(
            lambda k, u, i, x, t: f'"{u}";"{i:010d}";"{0 if k % 3 == 0 else 2 * x}"',
            '"User-ID";"ISBN";"Book-Rating"\n',
        ),
        *("cp1252", None, {"user": "User-ID", "item": "ISBN", "rating": "Book-Rating"}, "ratings"),
    ),
    "anime.csv": (
        rows(lambda k, u, i, x, t: f"{u},{i},{-1 if k % 4 == 0 else x + 4}", "user_id,anime_id,rating\n"),
        *("utf-8", None, {"user": "user_id", "item": "anime_id", "rating": "rating"}, "ratings"),
    ),
    "plays.tsv": (
        rows(lambda k, u, i, x, t: f"{u:040x}\tartist {i}\t{2 ** pick(k, 1, 2, 3, 5, 8, 11, 13)}"),
        *("utf-8", None, {"user": "column_1", "item": "column_2"}, None),
    ),
    "sessions.csv": (
        rows(
            lambda k, u, i, x, t: f"{t}000;{u};{i};{pick(k, 'clicks', 'carts', 'orders')}",
            "ts;session;aid;type\n",
        ),
        *("utf-8", None, {"user": "session", "item": "aid", "time": "ts"}, "events"),
    ),
    "orders.csv": (
        rows(
            lambda k, u, i, x, t: (
                f'{date(t, "%m/%d/%Y %I:%M %p")},{u + 12000}.0,{i}A,{x},"$1,{i:03}.50",France'
            ),
            "Invoice Date,Customer ID,StockCode,Quantity,Unit Price,Country\n",
        ),
        *("utf-16", None, {"user": "Customer ID", "item": "StockCode", "time": "Invoice Date"}, None),
    ),
    "liked.csv": (
        rows(lambda k, u, i, x, t: f"{k},{u}.0,m{i},{x > 3}", ",user,movie,liked\n"),
        *("utf-8", None, {"user": "user", "item": "movie"}, "labels"),
    ),
    "reviews.jsonl": (
        rows(
            lambda k, u, i, x, t: json.dumps(
                {
                    "reviewerID": f"A{u}",
                    "asin": f"B{i}",
                    "text": "good " * x,
                    "overall": x + 0.0,
                    "unixReviewTime": t,
                }
            )
        ),
        *(
            "utf-8",
            None,
            {"user": "reviewerID", "item": "asin", "rating": "overall", "time": "unixReviewTime"},
        ),
        "ratings",
    ),
    "posts.jsonl": (
        rows(
            lambda k, u, i, x, t: json.dumps(
                {"user": {"id": u}, "post_id": i, "at": {"$date": date(t, "%Y-%m-%dT%H:%M:%SZ")}}
            )
        ),
        *("utf-8", "posts.json", {"user": "user.id", "item": "post_id", "time": "at"}, None),
    ),
    "impressions.tsv": (
        rows(
            lambda k, u, i, x, t: (
                f"{k}\tU{u}\t{date(t, '%m/%d/%Y %I:%M:%S %p')}\tN{i} N{(i + x) % ITEMS} N{(i * x) % ITEMS}"
            )
        ),
        *("utf-8", None, {"user": "column_2", "item": "column_4", "time": "column_3"}, None),
    ),
    "thumbs.txt": (
        rows(lambda k, u, i, x, t: f"{u}|s{i}|{'up' if x > 2 else 'down'}", "listener|song|thumb\n"),
        *("utf-8", None, {"user": "listener", "item": "song"}, "labels"),
    ),
    "order.csv": (
        rows(lambda k, u, i, x, t: f"{u},{i},{k}", "uid,iid,time\n"),
        *("utf-8", None, {"user": "uid", "item": "iid", "time": "time"}, None),
    ),
    "nulls.csv": (
        rows(
            lambda k, u, i, x, t: (
                f"{'NULL' if k % 9 == 0 else u},{i},{'?' if k % 7 == 0 else x},{date(t, '%F')}"
            ),
            "user,item,rating,date\n",
        ),
        *("utf-8", None, {"user": "user", "item": "item", "rating": "rating", "time": "date"}, "ratings"),
    ),
    "teas-bought.csv": (
        rows(lambda k, u, i, x, t: f"k{u};{i};{x},9{i % 10} €", "kunde;code;preis\n"),
        *("cp1252", "teas.csv", {"user": "kunde", "item": "code"}, None),
    ),
    "one-moment.csv": (
        rows(lambda k, u, i, x, t: f"{u},{i},1600000000", "user,item,time\n"),
        *("utf-8", None, {"user": "user", "item": "item"}, None),
    ),
    "one-user.csv": (
        "user,item,time\n" + "".join(f"me,{i},{1_600_000_000 + i * DAY}\n" for i in range(20)),
        *("utf-8", None, {"user": "user", "item": "item", "time": "time"}, None),
    ),
    "misnamed.csv": (
        rows(lambda k, u, i, x, t: f"{x % 3},shop,w{u},p{i}", "time,item,who,code\n"),
        *("utf-8", None, {"user": "who", "item": "code"}, None),
    ),
    "serial.csv": (
        rows(lambda k, u, i, x, t: f"{u};{i};{44197 + k / 7:.4f}".replace(".", ","), "user;item;date\n"),
        *("utf-8", None, {"user": "user", "item": "item", "time": "date"}, None),
    ),
    "unclear.csv": (
        rows(
            lambda k, u, i, x, t: f"{u},{i},{x - 0.5},0{k % 9 + 1}/0{k // 9 % 9 + 1}/2020",
            "user,film,stars,date\n",
        ),
        *("utf-8", None, {"user": "user", "item": "film", "rating": "stars", "time": "date"}, "ratings"),
    ),
    "titled.csv": (
        rows(lambda k, u, i, x, t: f"{u};{i};{x}", "Ratings of May\nall shops\nuser;item;rating\n"),
        *("utf-8", None, {"user": "user", "item": "item", "rating": "rating"}, "ratings"),
    ),
    "bare.tsv": (
        *(rows(lambda k, u, i, x, t: f"{u}\t{i}\t{x}\t{t}"), "utf-8", "headed.csv"),
        *({"user": "column_1", "item": "column_2", "rating": "column_3", "time": "column_4"}, "ratings"),
    ),
    "given-split.csv": (
        rows(
            lambda k, u, i, x, t: f"{u},{i},{'test' if k % 5 == 0 else 'train'},{t}", "user,item,set,time\n"
        ),
        *("utf-8", None, {"user": "user", "item": "item", "time": "time"}, None),
    ),
    "repeats.csv": (
        rows(lambda k, u, i, x, t: f"Zoë {u % 7},Sång {i % 9}", "user name,track title\n"),
        *("utf-8", None, {"user": "user name", "item": "track title"}, None),
    ),
}


@pytest.fixture
def put(tmp_path):
    def write(name, text, encoding):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    return write


@pytest.mark.parametrize("name", FILES)
def test_files_of_any_kind_get_a_recipe_that_runs(taken, put, name):
    text, encoding, catalogue, roles, feedback = FILES[name]
    items = None if catalogue is None else put(catalogue, *CATALOGUES[catalogue])
    found, recipe, result = taken(put(name, text, encoding), items)
    assert {role: profile.name for role, profile in found.draft.events.roles.items()} == roles
    assert recipe["data"].get("feedback", {}).get("use") == feedback
    assert ("content" in recipe["branches"]) == (items is not None)
    assert result.results["rows"]


def test_a_split_that_came_with_the_data_is_kept(taken, put):
    text, encoding, *_ = FILES["given-split.csv"]
    _, recipe, _ = taken(put("given-split.csv", text, encoding))
    assert recipe["data"]["source"]["columns"]["part"] == "set"
    assert recipe["data"]["split"] == {"use": "column", "validation": 0.1}


def test_two_events_are_too_few_and_that_is_told(put, tmp_path, monkeypatch):
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    found = guess(put("two.csv", "user,item\na,x\nb,y\n", "utf-8"))
    assert any("no user has events to fit on" in note or "does not run" in note for note in found.notes)


def test_a_rating_of_minus_one_beside_a_scale_stands_for_none(taken, put):
    text, encoding, *_ = FILES["anime.csv"]
    _, recipe, _ = taken(put("anime.csv", text, encoding))
    assert recipe["data"]["source"]["missing"] == [-1]
    assert recipe["data"]["feedback"] == {"use": "ratings", "like": 8, "dislike": 7}


def test_words_that_stand_for_none_are_named_in_the_recipe(taken, put):
    text, encoding, *_ = FILES["nulls.csv"]
    found, recipe, _ = taken(put("nulls.csv", text, encoding))
    assert recipe["data"]["source"]["missing"] == ["NULL", "?"]
    assert any("45 of 400 rows" in note for note in found.notes)
