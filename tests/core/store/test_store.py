import errno
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from palate.errors import StoreError
from palate.store import Meta, Store

META = Meta("step", 0.0, 1.5, 100, {"note": 1})


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_what_is_saved_is_there_with_its_notes(store):
    store.save("ab12", np.arange(4), META)
    assert store.has("ab12")
    assert store.load("ab12").tolist() == [0, 1, 2, 3]
    assert (store.meta("ab12").seconds, store.meta("ab12").notes) == (1.5, {"note": 1})


def test_a_value_that_cannot_be_kept_leaves_nothing_behind(store):
    with pytest.raises(StoreError):
        store.save("ab12", {1, 2}, META)
    assert not store.has("ab12")
    assert list((store.root / "writing").iterdir()) == []


@pytest.mark.parametrize("harm", ["cut", "change", "remove"])
def test_a_damaged_artifact_is_noticed(store, harm):
    store.save("ab12", np.arange(1000), META)
    file = store.path("ab12") / "1.npy"
    data = bytearray(file.read_bytes())
    if harm == "cut":
        file.write_bytes(data[:-8])
    elif harm == "change":
        data[-1] ^= 1
        file.write_bytes(data)
    else:
        file.unlink()
    with pytest.raises(StoreError, match="damaged"):
        store.load("ab12")


def test_damaged_notes_are_noticed(store):
    store.save("ab12", 1, META)
    (store.path("ab12") / "meta.json").write_text("{")
    with pytest.raises(StoreError, match="damaged"):
        store.load("ab12")


def test_the_second_writer_finds_it_done(store):
    store.save("ab12", 1, META)
    store.save("ab12", 2, META)
    assert store.load("ab12") == 1


def test_a_discarded_artifact_is_gone(store):
    store.save("ab12", 1, META)
    store.discard("ab12")
    store.discard("ab12")
    assert not store.has("ab12")


def test_two_processes_that_write_the_same_leave_one_whole_artifact(store):
    script = (
        "import sys, numpy as np; from pathlib import Path; from palate.store import Meta, Store; "
        "Store(Path(sys.argv[1])).save('ab12', np.full(200_000, int(sys.argv[2])), Meta('s', 0.0, 0.0, 0))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, store.root, str(number)]) for number in (1, 2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(set(store.load("ab12").tolist())) == 1


@pytest.mark.parametrize(
    "said",
    [(errno.ENOSPC, "No space left on device"), ("No space left on device (os error 28)",)],
    ids=["numpy", "polars"],
)
def test_a_full_disk_is_said_in_words_and_leaves_nothing(store, monkeypatch, said):
    def full(*args, **kwargs):
        raise OSError(*said)

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(StoreError, match=r"disk of the store .* is full"):
        store.save("ab12", np.arange(4), META)
    assert list((store.root / "writing").iterdir()) == []


def test_a_store_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be written.*--store"):
        Store(tmp_path / "file").save("ab12", 1, META)


def test_leftovers_of_killed_processes_go_after_a_day(store):
    left = store.root / "writing" / "old"
    left.mkdir(parents=True)
    two_days_ago = time.time() - 2 * 86400
    os.utime(left, (two_days_ago, two_days_ago))
    store.save("ab12", 1, META)
    assert not left.exists()
