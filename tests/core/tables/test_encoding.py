"""Text in the encodings that files come in."""

import pytest

from palate.errors import DataError
from palate.tables import Format, open_table

TEXTS = {
    "cp1252": "Größe;Bücher;Café\nÄpfel;1;2\n",
    "cp1250": "tytuł;rok\nZażółć gęślą jaźń;1\nŚwięty;2\n",
    "cp1251": "название;год\nВойна и мир;1\nАнна Каренина;2\n",
    "cp1253": "τίτλος;έτος\nΟ Μεγάλος Ύπνος;1\nΤα παιδιά;2\n",
    "shift_jis": "題名;年\nとなりのトトロ;1\n千と千尋の神隠し;2\n",
    "gb18030": "书名;年\n红楼梦与其他故事;1\n三体;2\n",
    "euc_kr": "제목;연도\n기생충과 친구들;1\n올드보이;2\n",
    "utf-8-sig": "a;b\né;2\n",
    "utf-16": "a;b\né;2\n",
    "utf-16-le": "a;b\nxyz;2\n",
    "utf-16-be": "a;b\nxyz;2\n",
    "utf-32": "a;b\né;2\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encoding_is_seen_and_reported_where_it_is_a_guess(put, encoding):
    head, *rows = [tuple(line.split(";")) for line in TEXTS[encoding].splitlines()]
    table = open_table(put("x.csv", TEXTS[encoding], encoding))
    assert table.columns == head
    assert table.read().rows() == rows
    assert len(table.notices) == (not encoding.startswith("utf"))


def test_what_is_said_is_not_guessed(put):
    path = put("x.csv", "a;b\né;2\n", "cp1252")
    assert open_table(path, Format(encoding="cp1251")).read().rows() == [("й", "2")]


def test_a_wrong_encoding_is_refused_with_the_line_and_another(put):
    path = put("x.csv", "a;b\nx;1\né;2\n", "cp1252")
    with pytest.raises(DataError, match=r"x\.csv:3: byte 0xe9 is no text in utf-8.*`encoding: cp1252`"):
        open_table(path, Format(encoding="utf-8"))


def test_two_encodings_in_one_file_are_refused_with_a_line_of_each(put):
    path = put("x.csv", b"a,b\n\xc3\xa9,1\n" + "é,2\n".encode("cp1252"))
    with pytest.raises(DataError, match=r"x\.csv:3: this line is not UTF-8, and line 2 is"):
        open_table(path)


def test_a_large_file_that_is_utf8_at_first_is_refused_with_the_line(put, monkeypatch):
    monkeypatch.setattr("palate.tables.opening.SMALL", 10)
    monkeypatch.setattr("palate.tables.opening.HEAD", 8)
    table = open_table(put("x.csv", b"a,b\nx,1\n" + "é,2\n".encode("cp1252")))
    with pytest.raises(DataError, match=r"x\.csv:3: this is not UTF-8; say `encoding: cp1252`"):
        table.read()


def test_a_large_file_may_be_cut_within_a_character(put, monkeypatch):
    monkeypatch.setattr("palate.tables.opening.SMALL", 5)
    monkeypatch.setattr("palate.tables.opening.HEAD", 5)
    assert open_table(put("x.csv", "a,b\né,1\n")).read().rows() == [("é", "1")]


@pytest.mark.parametrize("encoding", ["utf-9", "base64"])
def test_an_unknown_encoding_is_refused(encoding):
    with pytest.raises(DataError, match="`encoding` must be one that Python knows"):
        Format(encoding=encoding)
