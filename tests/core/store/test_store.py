import errno
import os
import shutil
import subprocess
import sys

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
    [
        (errno.ENOSPC, "No space left on device"),
        ("10240 requested and 9184 written",),
        ("No space left on device (os error 28)",),
    ],
    ids=["system", "numpy", "polars"],
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


def test_leftovers_of_killed_processes_are_swept_and_what_others_write_stays(store):
    code = (
        "import os, sys; from pathlib import Path; from palate.leftovers import unfinished\n"
        "for name in sys.argv[1:]: unfinished(Path(name)).mkdir()\n"
        "if os.environ.get('WAIT'): print('ready', flush=True); sys.stdin.read()"
    )
    places = [store.root / place for place in ("writing/artifact", "texts/ab/.about.json", "training/cd/x")]
    subprocess.run([sys.executable, "-c", code, *map(str, places)], check=True)
    writing = subprocess.Popen(
        [sys.executable, "-c", code, str(places[0])], env=os.environ | {"WAIT": "1"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    writing.stdout.readline()
    store.sweep()
    assert len(list(store.root.rglob(".*.*"))) == 1
    writing.communicate()
    store.sweep()
    assert list(store.root.rglob(".*.*")) == []


@pytest.mark.parametrize("harm", ["notes", "emptied", "cut", "link", "file", "gone"])
def test_an_artifact_without_its_record_is_none_and_is_written_again(store, harm):
    store.save("ab12", 1, META)
    store.save("ab13", 3, META)
    folder, record = store.path("ab12"), store.path("ab12") / "meta.json"
    if harm == "notes":
        record.write_text(record.read_text().replace("1.5", "2.5"))
    elif harm in ("link", "file"):
        shutil.rmtree(folder)
        folder.symlink_to(store.path("ab13")) if harm == "link" else folder.write_text("")
    elif harm == "gone":
        record.unlink()
    else:
        record.write_bytes(b"" if harm == "emptied" else record.read_bytes()[:-9])
    assert not store.has("ab12")
    store.save("ab12", 1, META)
    assert (store.load("ab12"), store.load("ab13")) == (1, 3)
    assert list((store.root / "writing").iterdir()) == []
