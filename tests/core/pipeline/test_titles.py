"""Titles made fit to be read and typed."""

import pytest

from palate.pipeline.titles import plain, printable


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("&#9733; Star &amp; Co &#x2605;", "★ Star & Co ★"),
        ("AT&T, R&D &copy this", "AT&T, R&D &copy this"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;another window\x07title", "title"),
        ("\x1b]8;;http://x.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jcleared", "cleared"),
        ("&#27;[2J", "[2J"),
        ("cut off\x1b", "cut off"),
        ("back\x08space\x00", "backspace"),
        ("two\nlines\tand  spaces ", "two lines and spaces"),
        ("\u202eturned", "turned"),
        ("Ame\u0301lie", "Amélie"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("half \ud800", "half \ufffd"),
    ],
)
def test_a_title_is_one_line_without_what_a_terminal_obeys(given, read):
    assert plain(given) == read


def test_an_id_keeps_its_entities():
    assert printable("a&amp;b\x1b[0m") == "a&amp;b"
