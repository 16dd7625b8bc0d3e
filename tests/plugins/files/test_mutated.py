"""Files that went wrong in random ways are read, or refused in one sentence."""

import random

import pytest

from palate.errors import DataError
from palate_files.source import Files

ROWS = "user;item;rating;time\n" + "".join(
    f'"u{n % 7}";"Größe {n % 5}, blå";{n % 5},5;{n % 28 + 1:02}.03.2021 10:0{n % 10}\n' for n in range(40)
)
LINES = "".join(
    f'{{"user": {n % 7}, "item": {{"id": "i{n % 5}"}}, "time": {1_600_000_000 + n}}}\n' for n in range(40)
)
ODD = b"\"',;\t|:\n\r #%\\[]{}-0129aNA\xe9\xff\x00\xc3\xa9"


def mutated(content, chance):
    """One to five random edits: cuts, odd characters, doubled parts, other line ends and separators."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                del data[place : place + chance.randint(1, 40)]
            case 1:
                data[place:place] = bytes(chance.choices(ODD, k=chance.randint(1, 5)))
            case 2:
                data = data[:place] or bytearray(b"x")
            case 3:
                data[place:place] = data[: chance.randint(1, 200)]
            case 4:
                data = bytearray(bytes(data).replace(b";", chance.choice([b",", b"\t", b"; ", b"::", b" "])))
            case 5:
                data = bytearray(bytes(data).replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n"])))
    return bytes(data)


def refusal(path, options):
    """Why the file is refused; nothing where it is read."""
    try:
        Files(str(path), **options).load()
    except DataError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_file_is_read_or_refused_in_one_sentence(tmp_path, seed):
    chance = random.Random(seed)
    for number in range(15):
        text, suffix = chance.choice([(ROWS, "csv"), (ROWS, "tsv"), (LINES, "jsonl"), (LINES, "json")])
        encoding = chance.choice(["utf-8", "cp1252", "utf-16"])
        path = tmp_path / f"{number}.{suffix}"
        path.write_bytes(mutated(text.encode(encoding), chance))
        options = chance.choice([{}, {"bad_rows": "skip"}, {"quote": ""}, {"separator": ";"}])
        assert "\n" not in refusal(path, options)
