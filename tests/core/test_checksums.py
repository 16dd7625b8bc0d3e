import os

import pytest

from palate.checksums import CHECKSUMS, check, damage, seal
from palate.errors import StoreError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "one").write_bytes(bytes(1000))
    (tmp_path / "part" / "two").write_bytes(b"two")
    (tmp_path / "part" / "none").write_bytes(b"")
    seal(tmp_path)
    return tmp_path


def test_a_whole_folder_has_no_damage_and_what_is_put_beside_is_no_matter(folder):
    (folder / "note").write_text("mine")
    assert damage(folder) == []
    check(folder, "part", "one")


@pytest.mark.parametrize("harm", ["flip", "cut", "longer", "emptied", "gone", "folder", "link", "pipe"])
def test_each_damage_is_noticed_where_it_is(folder, harm):
    path = folder / "one"
    data = bytearray(path.read_bytes())
    path.unlink()
    if harm == "flip":
        data[500] ^= 16
        path.write_bytes(data)
    elif harm in ("cut", "longer", "emptied"):
        path.write_bytes({"cut": data[:-1], "longer": data + b"\0"}.get(harm, b""))
    elif harm == "folder":
        path.mkdir()
    elif harm == "link":
        path.symlink_to(folder / "part" / "two")
    elif harm == "pipe":
        os.mkfifo(path)
    assert damage(folder) == damage(folder, "one") == ["one"]
    assert damage(folder, "part") == []
    with pytest.raises(StoreError, match=r"one: (damaged|missing).*run its recipe again"):
        check(folder)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"one": 3}', '{"one": [1, "x"]}', "[" * 20_000])
def test_checksums_that_cannot_be_read_are_damage_themselves(folder, text):
    (folder / CHECKSUMS).write_text(text)
    assert damage(folder) == [CHECKSUMS]
    (folder / CHECKSUMS).unlink()
    assert damage(folder, "one") == [CHECKSUMS]


def test_a_file_that_was_never_sealed_is_damage_where_it_is_asked_for(folder):
    (folder / "new").write_text("x")
    assert damage(folder, "new") == ["new"]
