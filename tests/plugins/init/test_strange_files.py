"""Columns and files that say something in a way of their own."""

import polars as pl
import pytest

from palate.errors import DataError
from palate_init.guess import guess
from palate_init.interactions import Events

PAIRS = [(user, item) for user in range(8) for item in range(6) if (user + item) % 3]


@pytest.fixture
def looked(tmp_path, monkeypatch):
    """What is found out about a file with this column beside users and items."""
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    from palate_init.files import opened

    def look(name, value, again=False):
        lines = [f'u{user},i{item},"{value(k)}"' for k, (user, item) in enumerate(PAIRS)]
        half = len(lines) // 2
        lines[half:half] = [f"user,item,{name}"] if again else []
        path = tmp_path / "x.csv"
        path.write_text("\n".join([f"user,item,{name}", *lines]) + "\n", encoding="utf-8")
        return Events.of(opened(path, "interactions"), {})

    return look


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("rating", "yes", "no"),
        ("score", "Like", "Dislike"),
        ("rating", "👍", "👎"),
        ("thumbs", "👍", "👎"),
        ("clicked", "t", "f"),
        ("label", "positive", "negative"),
        ("feedback", "thumbs up", "thumbs-down"),
    ],
)
def test_words_for_likes_and_dislikes_are_labels_whatever_their_column(looked, name, yes, no):
    found = looked(name, lambda k: no if k % 3 else yes)
    assert (found.feedback.use, found.feedback.role, found.feedback.column) == ("labels", "label", name)
    assert name not in found.unused


@pytest.mark.parametrize("shown", ["{}/5", "{} out of 5 stars", "{} stars"])
def test_ratings_are_taken_as_they_are_shown(looked, shown):
    found = looked("rating", lambda k: shown.format(1 + k % 5))
    assert found.feedback.options == {"like": 4, "dislike": 3}


@pytest.mark.parametrize("time", [lambda k: f"{1_600_000_000 + k}.25", lambda k: f"{44_000 + k / 7:.4f}"])
def test_times_with_fractions_are_times_without_a_name(looked, time):
    assert looked("when", time).roles["time"].name == "when"


def test_a_header_that_comes_again_is_no_sign_of_a_file_without_one(looked):
    found = looked("timestamp", lambda k: 1_600_000_000 + k, again=True)
    assert found.table.header
    assert found.rows == len(PAIRS)


def test_spans_of_time_are_no_labels(tmp_path):
    path = tmp_path / "x.parquet"
    spans = pl.Series([k * 1000 for k in range(len(PAIRS))]).cast(pl.Duration("ms"))
    pl.DataFrame(PAIRS, schema=["user", "item"], orient="row").with_columns(spent=spans).write_parquet(path)
    from palate_init.files import opened

    assert "spent" in Events.of(opened(path, "interactions"), {}).unused


def test_a_pattern_of_several_files_is_not_cut_to_the_first(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("user,item\n1,2\n")
    with pytest.raises(DataError, match=r"names 2 files.*a\.csv, then write the pattern into the recipe"):
        guess(tmp_path / "*.csv")
