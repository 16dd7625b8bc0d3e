"""What is printed of titles and ids."""

from rich.cells import cell_len

from palate.cli.tables import _example
from palate.cli.titles import cut, listed, named, shown


def test_a_long_title_is_cut_to_columns_with_an_ellipsis():
    assert cut("one two three", 13) == "one two three"
    assert cut("one two three", 9) == "one two…"
    wide = cut("東京物語の思い出", 9)
    assert wide.endswith("…")
    assert cell_len(wide) <= 9


def test_a_title_is_read_and_no_markup_or_escape_sequence_is_obeyed():
    assert shown("&#9733; [bold]A\x1b[2J &amp; B") == r"★ \[bold]A & B"
    assert shown("x" * 300).endswith("x…")
    assert len(shown("x" * 300)) == 80


def test_an_id_is_never_cut():
    assert named("&" + "9" * 200 + "\x1b[0m") == "&" + "9" * 200


def test_several_titles_stand_with_commas():
    assert listed(["A\nB", "C" * 50], 10) == f"A B, {'C' * 9}…"


def test_the_example_of_a_run_obeys_no_title():
    line = {"rank": 1, "title": "\x1b[2JA &amp; B", "relevant": True}
    text = "\n".join(_example({"user": "u\x1b[0m", "latest": ["\x1b]0;x\x07Old"], "recommended": [line]}))
    assert "\x1b" not in text
    assert "For user u, whose latest items were Old:" in text
    assert "1. A & B" in text
