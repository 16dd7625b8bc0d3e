import hashlib
import os
from pathlib import Path

import pytest

from palate import digest
from palate.digest import file_digest


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(digest, "_WORTH_KEEPING", 4)


def aged(path: Path, data: bytes, seconds: int = 100) -> Path:
    path.write_bytes(data)
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))
    return path


def test_it_is_the_blake2b_of_the_bytes(tmp_path):
    path = aged(tmp_path / "file", b"palate")
    assert file_digest(path) == hashlib.blake2b(b"palate", digest_size=16).hexdigest()


def test_a_large_file_is_read_once(tmp_path, monkeypatch):
    path = aged(tmp_path / "file", b"palate")
    first = file_digest(path)
    monkeypatch.setattr(digest, "_hashed", lambda _: "read again")
    assert file_digest(path) == first


def test_a_changed_file_is_read_again(tmp_path):
    path = aged(tmp_path / "file", b"palate", 100)
    first = file_digest(path)
    assert file_digest(aged(path, b"palace", 50)) != first


def test_a_file_that_has_just_changed_is_not_remembered(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"palate")
    file_digest(path)
    assert not (tmp_path / "cache").exists()


def test_a_cache_folder_that_cannot_be_written_does_not_matter(tmp_path, monkeypatch):
    blocked = tmp_path / "a file"
    blocked.write_bytes(b"")
    monkeypatch.setenv("PALATE_CACHE", str(blocked / "cache"))
    path = aged(tmp_path / "file", b"palate")
    assert file_digest(path) == hashlib.blake2b(b"palate", digest_size=16).hexdigest()
