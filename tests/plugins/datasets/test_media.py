"""MIND, Goodreads, Last.fm, Book-Crossing and KuaiRec, field by field."""

import logging
import math
from datetime import date

import made
import numpy as np
import pytest

from palate.errors import DataError
from palate.registry import installed
from palate_datasets.bookcrossing import BookCrossing
from palate_datasets.goodreads import Goodreads
from palate_datasets.kuairec import KuaiRec
from palate_datasets.lastfm import LastFm
from palate_datasets.mind import Mind

TRAIN, TEST = 0, 2


def test_mind_keeps_what_was_shown_as_seen_and_clicks_as_likes(tmp_path):
    found = Mind(folder=made.mind(tmp_path)).load()
    ids = found.items.ids
    first = 1573463158  # 11/11/2019 9:05:58 AM
    rows = [
        (
            ids[row["item"]],
            row["time"],
            row["type"],
            row["label"],
            row["strength"],
            row["impression"],
            row["part"],
        )
        for row in found.interactions.to_dicts()
        if row["user"] == 0
    ]
    assert rows == [
        ("N10", first - 2, "history", 1, 1.0, None, TRAIN),
        ("N11", first - 1, "history", 1, 1.0, None, TRAIN),
        ("N1", first, "shown", 0, 0.0, 1, TRAIN),
        ("N2", first, "click", 1, 1.0, 1, TRAIN),
        ("N3", first, "shown", 0, 0.0, 1, TRAIN),
        ("N1", 1573776000, "shown", 0, 0.0, 1, TEST),
        ("N3", 1573776000, "click", 1, 1.0, 1, TEST),
    ]
    assert found.likes.sum() == 4, "the second user was shown an article, and clicked none"


def test_minds_given_split_is_kept_by_the_splitter_column(tmp_path):
    found = Mind(folder=made.mind(tmp_path)).load()
    (fold,) = installed().find("splitter", "column").make().split(found, np.random.default_rng(0))
    assert (fold.count("train"), fold.count("validation"), fold.count("test")) == (6, 0, 2)


def test_minds_articles_have_texts_and_entities(tmp_path):
    items = Mind(folder=made.mind(tmp_path)).load().items.frame.to_dicts()
    known = {row.pop("id"): row for row in items}
    assert known["N1"] == {
        "title": 'A "goal', "category": "sports", "subcategory": "soccer", "abstract": "Won.",
        "entities": ["FC Bar"],
    }  # fmt: skip
    assert (known["N2"]["abstract"], known["N3"]["title"]) == (None, "Three")


def test_mind_leaves_out_what_is_not_asked_for_and_impressions_without_labels(tmp_path, caplog):
    folder = made.mind(tmp_path)
    clicks = Mind(folder=folder, shown=False, history=False).load().interactions
    assert clicks["type"].to_list() == ["click", "click"]
    made.write(tmp_path, **{"MINDsmall_dev/behaviors.tsv": "1\tU1\t11/15/2019 12:00:00 AM\t\tN3 N1\n"})
    with caplog.at_level(logging.WARNING):
        found = Mind(folder=folder).load().interactions
    assert "have no labels" in caplog.text
    assert found.height == 6


def test_mind_names_a_word_that_is_no_article_with_a_label(tmp_path):
    made.mind(tmp_path)
    made.write(tmp_path, **{"MINDsmall_dev/behaviors.tsv": "1\tU1\t11/15/2019 12:00:00 AM\t\tN3-1 N1-7\n"})
    with pytest.raises(DataError, match="'N1-7' is no article with -0 or -1"):
        Mind(folder=str(tmp_path)).load()


def test_goodreads_has_missing_ratings_types_authors_and_genres(tmp_path):
    found = Goodreads(folder=made.goodreads(tmp_path)).load()
    shelved, rated = found.interactions.to_dicts()
    assert math.isnan(shelved["rating"])
    assert (shelved["type"], shelved["time"]) == ("shelved", 1178728398)
    assert (rated["type"], rated["time"], rated["rating"]) == ("rated", 1178728424, 4.0)
    assert found.items.frame.to_dicts()[1] == {
        "id": 1384, "title": 'Das "Lied"', "shelves": ["poetry", "to-read"], "description": "Poems.",
        "publisher": None, "year": 1987, "pages": None, "language": "ger",
        "average_rating": pytest.approx(4.03), "authors": ["A. B.", "C. D."],
        "genres": ["poetry", "history", "historical fiction"],
    }  # fmt: skip


def test_goodreads_may_count_when_a_book_was_updated(tmp_path):
    found = Goodreads(folder=made.goodreads(tmp_path), time="updated").load()
    assert sorted(found.interactions["time"]) == [1178728425, 1178814798]


def test_the_table_of_all_of_goodreads_needs_the_map_of_its_numbers_to_have_books(tmp_path):
    table = "user_id,book_id,is_read,rating,is_reviewed\n0,948,1,5,0\n0,7,1,0,0\n"
    books = '{"book_id": "12", "title": "Twelve"}\n'
    folder = made.write(tmp_path, **{"goodreads_interactions.csv": table, "goodreads_books.json.gz": books})
    with pytest.raises(DataError, match="numbers books by itself"):
        Goodreads(folder=folder).load()
    made.write(tmp_path, **{"book_id_map.csv": "book_id_csv,book_id\n948,12\n7,13\n"})
    found = Goodreads(folder=folder).load()
    assert found.items.frame.select("id", "title").rows() == [(12, "Twelve"), (13, None)]
    assert found.interactions["type"].to_list() == ["rated", "read"]


def test_lastfm_knows_artists_without_an_id_by_name_and_leaves_out_pairs_never_played(tmp_path):
    found = LastFm(folder=made.lastfm(tmp_path)).load()
    mbid = "3bd73256-3905-4f3a-97e2-8b341527f805"
    assert found.items.frame.rows() == [(mbid, 'betty "blowtorch'), ("die Ärzte", "die Ärzte")]
    assert found.interactions.rows() == [(0, 0, 2137), (0, 1, 1), (1, 1, 7)]
    assert found.users.rows() == [
        ("00000c28", "f", None, "Germany", date(2007, 2, 1)),
        ("00001411", None, None, None, date(2007, 12, 4)),
        ("0f", "m", 22, "Canada", date(2008, 1, 2)),
    ]


@pytest.mark.parametrize(("strength", "expected"), [("plays", 7), ("log", math.log(8))])
def test_lastfm_counts_plays_as_asked(tmp_path, strength, expected):
    found = LastFm(folder=made.lastfm(tmp_path), strength=strength).load()
    assert found.interactions["strength"][2] == pytest.approx(expected)


def test_book_crossing_has_implicit_ratings_as_missing_and_quotes_within_fields(tmp_path):
    found = BookCrossing(folder=made.bookcrossing(tmp_path)).load()
    assert found.items.frame.rows(named=True) == [
        {"id": "0155061224", "title": "Rites, of; Passage", "author": "Judith Rae",
         "publisher": "Heinle", "year": None},
        {"id": "034545104X", "title": 'Flesh Tones: "A"; Novel', "author": "M. J. Rose",
         "publisher": "Simon & Schüster", "year": 2002},
    ]  # fmt: skip
    implicit, five, ten = found.interactions.to_dicts()
    assert math.isnan(implicit["rating"])
    assert [row["type"] for row in (implicit, five, ten)] == ["implicit", "explicit", "explicit"]
    assert [(row["item"], row["rating"]) for row in (five, ten)] == [(0, 5.0), (1, 10.0)]
    assert found.users.rows() == [
        (3, "x, y, z", "z", None), (276725, "tyler, texas, usa", "usa", None),
        (276726, "münchen, bayern, ", None, 18),
    ]  # fmt: skip


def test_book_crossing_of_kaggle_has_commas_and_other_names(tmp_path):
    files = {
        "Ratings.csv": "User-ID,ISBN,Book-Rating\n1,0155061224,7\n",
        "Books.csv": "ISBN,Book-Title,Book-Author,Year-Of-Publication,Publisher\n"
        "0155061224,\"A, B\",C,1999,D\n",
        "Users.csv": "User-ID,Location,Age\n1,\"a, b, usa\",30.0\n",
    }  # fmt: skip
    found = BookCrossing(folder=made.write(tmp_path, **files)).load()
    assert found.items.frame.rows() == [("0155061224", "A, B", "C", "D", 1999)]
    assert found.users.rows() == [(1, "a, b, usa", "usa", 30)]


def test_kuairec_rates_by_the_watch_ratio_and_joins_what_is_known_of_videos(tmp_path):
    found = KuaiRec(folder=made.kuairec(tmp_path)).load()
    assert found.interactions.rows() == [(0, 2, 1.25, 1593878903), (1, 3, 3.0, 1593879221)]
    known = {row.pop("id"): row for row in found.items.frame.to_dicts()}
    assert known[148] == {
        "title": "精神小伙路难走", "tags": ["五爱街", "狗粮"], "categories": ["颜值", "颜值随拍"],
        "feat": ["27", "9"],
    }  # fmt: skip
    assert (known[183]["title"], known[183]["tags"], known[3649]["feat"]) == ("封面", [], ["8"])
    assert found.users["user_active_degree"].to_list() == ["high_active", None, "full_active"]


def test_kuairec_trains_on_the_big_matrix_and_tests_on_the_small_one(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        found = KuaiRec(folder=made.kuairec(tmp_path), matrix="both").load().interactions
    assert "1 of 2 rows" in caplog.text
    assert "have no time" in caplog.text
    assert found["part"].to_list() == [TRAIN, TRAIN, TEST, TEST]
    assert found["time"].to_list()[2:] == [1593898068, 1593898068]


def test_kuairec_needs_only_the_matrix_it_reads(tmp_path):
    folder = made.kuairec(tmp_path)
    (tmp_path / "data" / "big_matrix.csv").unlink()
    assert KuaiRec(folder=folder, matrix="small").load().interactions.height == 2
    with pytest.raises(DataError, match=r"has no big \(big_matrix.csv\)"):
        KuaiRec(folder=folder).load()
