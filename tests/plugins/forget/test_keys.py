import hashlib
import os

import pytest

from palate.errors import DataError
from palate_forget.keys import Key, new_key, read_key

SECRET = bytes(range(32))


def test_a_key_is_made_for_its_owner_alone_and_never_written_over(tmp_path):
    made = new_key(tmp_path / "new" / "key")
    assert (tmp_path / "new" / "key").stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "new" / "key") == made
    with pytest.raises(DataError, match="never written over"):
        new_key(tmp_path / "new" / "key")


def test_the_hash_is_keyed_blake2b_of_its_purpose():
    key = Key(SECRET)
    expected = hashlib.blake2b(b"42", digest_size=16, key=SECRET, person=b"palate pseudonym").hexdigest()
    assert key.hashed("pseudonym", "42") == expected
    assert key.hashed("user", "42") != expected
    assert Key(SECRET[::-1]).hashed("pseudonym", "42") != expected


def test_the_key_is_read_from_the_environment_where_no_file_is_named(tmp_path, monkeypatch):
    made = new_key(tmp_path / "key")
    monkeypatch.setenv("PALATE_KEY_FILE", str(tmp_path / "key"))
    assert read_key() == made
    monkeypatch.delenv("PALATE_KEY_FILE")
    monkeypatch.setenv("PALATE_KEY", SECRET.hex())
    assert read_key() == Key(SECRET)
    monkeypatch.delenv("PALATE_KEY")
    with pytest.raises(DataError, match="no key: name its file with --key FILE"):
        read_key()


@pytest.mark.parametrize("content", ["", "00ff", "z" * 64, SECRET.hex() + " " + SECRET.hex()])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path, content):
    (tmp_path / "key").write_text(content)
    os.chmod(tmp_path / "key", 0o600)
    with pytest.raises(DataError, match="must hold 64 hexadecimal digits") as found:
        read_key(tmp_path / "key")
    assert content == "" or content not in str(found.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_may_read_or_write_is_refused(tmp_path, mode):
    new_key(tmp_path / "key")
    os.chmod(tmp_path / "key", mode)
    with pytest.raises(DataError, match="its owner alone may: chmod 600"):
        read_key(tmp_path / "key")


def test_a_missing_key_is_named_and_no_key_shows_itself(tmp_path):
    with pytest.raises(DataError, match=r"key is missing; `palate pseudonym --new-key FILE` makes"):
        read_key(tmp_path / "key")
    assert SECRET.hex() not in repr(Key(SECRET))
    assert str(SECRET) not in repr(Key(SECRET))
