import errno
import os
import re
import stat
from pathlib import Path

import polars as pl
import pytest

from palate.paths import cache_folder, literally, store_folder, whole_folder, write_whole


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in ("PALATE_CACHE", "PALATE_STORE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_palate_cache_comes_before_the_desktop_standard_and_that_before_the_home_folder(monkeypatch):
    assert cache_folder() == Path.home() / ".cache" / "palate"
    monkeypatch.setenv("XDG_CACHE_HOME", "/shared")
    assert cache_folder() == Path("/shared/palate")
    monkeypatch.setenv("PALATE_CACHE", "/mine")
    assert cache_folder() == Path("/mine")


def test_the_store_lies_in_the_cache_folder_unless_it_is_put_elsewhere(monkeypatch):
    monkeypatch.setenv("PALATE_CACHE", "/mine")
    assert store_folder() == Path("/mine/store")
    monkeypatch.setenv("PALATE_STORE", "~/kept")
    assert store_folder() == Path.home() / "kept"


def test_a_file_written_whole_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "new" / "file"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["file"]


def test_a_file_written_whole_has_the_rights_of_any_new_file(tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    write_whole(tmp_path / "whole", b"")
    assert stat.S_IMODE((tmp_path / "whole").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    write_whole(tmp_path / "file", b"old")

    def full(*_):
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no room"):
        write_whole(tmp_path / "file", b"new")
    assert os.listdir(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_folder_written_whole_takes_the_place_of_the_old_one(tmp_path):
    for text in ("old", "new"):
        with whole_folder(tmp_path / "runs" / "one") as scratch:
            (scratch / text).write_text(text)
    assert os.listdir(tmp_path / "runs") == ["one"]
    assert os.listdir(tmp_path / "runs" / "one") == ["new"]


def test_a_folder_whose_writing_fails_leaves_the_old_one_and_nothing_beside_it(tmp_path):
    with whole_folder(tmp_path / "one") as scratch:
        (scratch / "old").write_text("old")

    def stopped():
        with whole_folder(tmp_path / "one") as scratch:
            (scratch / "new").write_text("new")
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        stopped()
    assert os.listdir(tmp_path) == ["one"]
    assert os.listdir(tmp_path / "one") == ["old"]


@pytest.mark.parametrize("name", ["a*", "a?", "[ab]1", "plain"])
def test_a_file_is_read_by_its_name_and_not_as_a_pattern(name, tmp_path):
    for folder, value in ((tmp_path / name, 1), (tmp_path / "a1", 2)):
        folder.mkdir()
        pl.DataFrame({"x": [value]}).write_ipc(folder / "f.arrow")
    assert pl.read_ipc(literally(tmp_path / name / "f.arrow"))["x"].to_list() == [1]


def test_a_file_that_finds_no_room_is_named_and_nothing_is_left(tmp_path, monkeypatch):
    def full(path, data):
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match=re.escape(str(tmp_path / "page.html"))):
        write_whole(tmp_path / "page.html", b"data")
    assert list(tmp_path.iterdir()) == []
