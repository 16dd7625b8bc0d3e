import os
import re
import subprocess
import sys
import time

from palate import leftovers
from palate.leftovers import remove, sweep, unfinished


def of_another(path, process=None, machine=None):
    """A name as another process would have given it."""
    found = re.fullmatch(r"\.(.+)\.(\d+)\.(\w{8})\.(\w{8})", unfinished(path).name)
    stem, own, here, lot = found.groups()
    return path.with_name(f".{stem}.{process or own}.{machine or here}.{lot}")


def ended():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_a_process_that_is_gone_left_is_swept_at_once_and_no_other_name(tmp_path):
    gone, mine = of_another(tmp_path / "kept", ended()), unfinished(tmp_path / "kept")
    likewise = tmp_path / ".kept.mine"
    for folder in (gone, mine):
        folder.mkdir()
        (folder / "1.npy").write_text("x")
    likewise.write_text("x")
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([mine.name, likewise.name])
    sweep(tmp_path / "nowhere")


def test_what_another_machine_left_is_swept_after_a_day(tmp_path):
    old, fresh = (of_another(tmp_path / name, ended(), "0" * 8) for name in ("old", "fresh"))
    for path in (old, fresh):
        path.write_text("x")
    os.utime(old, (time.time() - 90_000,) * 2)
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [fresh]


def test_a_process_sweeps_a_folder_when_it_first_writes_there(tmp_path):
    left = of_another(tmp_path / "a", ended())
    left.write_text("x")
    leftovers._sweep_once.cache_clear()
    unfinished(tmp_path / "b")
    assert not left.exists()


def test_a_link_is_removed_and_not_followed(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    remove(tmp_path / "link")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "file").exists()


def test_a_long_name_is_cut_so_that_the_file_system_takes_it(tmp_path):
    unfinished(tmp_path / ("ä" * 120)).write_text("x")
