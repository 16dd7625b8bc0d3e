"""A damaged file is an error in one sentence, or read as far as it goes; never a traceback."""

import contextlib
import gzip

import made
import pytest

from palate.errors import PalateError
from palate.registry import installed

DAMAGE = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) * 2 // 3],
    "without its first line": lambda data: data.partition(b"\n")[2],
    "bytes of another encoding": lambda data: data[: len(data) // 2] + b"\xff\xe9" + data[len(data) // 2 :],
    "other separators": lambda data: data.replace(b"\t", b" ").replace(b",", b";"),
    "letters for digits": lambda data: data.replace(b"1", b"x"),
}


def said(call):
    """What a call raises, as text; nothing where it does not."""
    try:
        call()
    except PalateError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", made.ALL)
def test_whatever_is_wrong_with_a_file_is_said_in_a_sentence(tmp_path, name, damage):
    folder = made.ALL[name](tmp_path)
    source = installed().find("source", name).make({"folder": folder})
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        before = path.read_bytes()
        packed = path.suffix == ".gz"
        data = DAMAGE[damage](gzip.decompress(before) if packed else before)
        path.write_bytes(gzip.compress(data) if packed else data)
        for what in (source.load, source.gives, source.suggests):
            with contextlib.suppress(PalateError):
                what()
        assert "\n" not in said(source.load)
        with contextlib.suppress(PalateError):  # palate init takes it for not recognised
            source.recognises(tmp_path)
        path.write_bytes(before)
    source.load()
