import os
import socket
import subprocess
import sys
import threading

import pytest

from palate.errors import TuningError
from palate_tune import journal, tune


def journal_of(searched, store, trials=3):
    return tune(searched, trials=trials, store=store).file


def listed(tuned):
    return tuned.trials.drop("seconds", "steps").rows()


@pytest.mark.parametrize("torn", [b'{"op_code":6,"work', b"\0" * 40, b'{"op_code":\n', b"[1]\n"])
def test_a_last_record_that_was_cut_off_is_dropped_and_all_trials_are_kept(searched, tmp_path, torn, capsys):
    whole = tune(searched, trials=3, store=tmp_path / "a")
    first = tune(searched, trials=3, store=tmp_path / "b")
    with first.file.open("ab") as file:
        file.write(torn)
    again = tune(searched, trials=3, store=tmp_path / "b", display=True)
    assert listed(again) == listed(whole)
    assert "its last record was cut off and is dropped; the trials before are kept" in " ".join(
        capsys.readouterr().err.split()
    )
    more = tune(searched, trials=4, store=tmp_path / "b", display=True)
    assert more.trials.height == 4
    assert "cut off" not in capsys.readouterr().err


def test_a_record_in_the_middle_that_cannot_be_read_is_named_with_its_line(searched, tmp_path):
    path = journal_of(searched, tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4][:9] + b"\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(TuningError, match=r"\.journal:5: this record of the study cannot be read"):
        tune(searched, trials=3, store=tmp_path)
    assert path.read_bytes() == b"".join(lines), "nothing is thrown away"


def test_a_record_that_could_not_be_written_to_its_end_is_taken_back(tmp_path, monkeypatch):
    path = tmp_path / "x.journal"
    opened = journal.Journal(path, print)
    opened.append_logs([{"op_code": 1}])
    before = path.read_bytes()

    def full(number):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal.os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            opened.append_logs([{"op_code": 2}])
    assert path.read_bytes() == before
    opened.append_logs([{"op_code": 3}])
    assert [log["op_code"] for log in opened.read_logs(0)] == [1, 3]


def locked(path, holder):
    lock = path.with_name(f"{path.name}.lock")
    os.symlink(holder, lock)
    return lock


def test_the_lock_of_a_process_that_is_gone_is_taken_at_once_and_in_silence(searched, tmp_path):
    path = journal_of(searched, tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    lock = locked(path, f"{socket.gethostname()}:{int(done.stdout)}")
    said = []
    with journal.StudyLock(path, said.append):
        assert os.readlink(lock) == f"{socket.gethostname()}:{os.getpid()}"
    assert not lock.is_symlink()
    assert said == []


@pytest.mark.parametrize(
    ("holder", "words"),
    [("elsewhere:7", "process 7 on elsewhere"), ("/some/study.journal", "another process")],
)
def test_waiting_for_a_lock_is_reported_and_one_that_stays_is_taken(tmp_path, monkeypatch, holder, words):
    monkeypatch.setattr(journal, "SAID_AFTER", 0.0)
    monkeypatch.setattr(journal, "TAKEN_AFTER", 0.05)
    path, said = tmp_path / "x.journal", []
    lock = locked(path, holder)
    with journal.StudyLock(path, said.append):
        assert os.readlink(lock).startswith(socket.gethostname())
    (message,) = said
    wanted = f"waiting for the lock {lock}, held by {words}; it is removed after 0.05 s without a change"
    assert message == wanted


def test_a_lock_that_is_held_is_waited_for(tmp_path):
    path = tmp_path / "x.journal"
    one, two = journal.StudyLock(path, print), journal.StudyLock(path, print)
    order = []
    one.acquire()

    def second():
        with two:
            order.append("second")

    waiting = threading.Thread(target=second)
    waiting.start()
    order.append("first")
    one.release()
    waiting.join(20)
    assert order == ["first", "second"]
