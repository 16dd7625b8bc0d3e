"""SIGTERM ends a command as Ctrl-C does."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import yaml

from palate.cli import main
from palate.cli.stopping import Terminated, stopped_by_signals

SLOW = (
    "import sys, time\nfrom palate.store import codec\n"
    "codec.mapped.save = lambda *_: time.sleep(60)\n"
    "from palate.cli import main\nsys.exit(main(sys.argv[1:]))\n"
)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_command_that_is_stopped_says_what_is_kept_and_leaves_nothing(recipe, tmp_path, number, code):
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(recipe))
    store = tmp_path / "store"
    words = ["run", str(tmp_path / "r.yaml"), "--store", str(store), "--runs", str(tmp_path / "runs"), "-q"]
    started = subprocess.Popen([sys.executable, "-c", SLOW, *words], stderr=subprocess.PIPE, env=os.environ)
    until = time.monotonic() + 60
    while not list(store.glob("writing/.*")) and started.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    started.send_signal(number)
    said = started.communicate(timeout=30)[1].decode()
    assert started.returncode == code
    assert said.strip() == "stopped; finished steps are kept: run the same command again to go on"
    assert list((store / "writing").iterdir()) == []


def test_a_signal_is_an_exception_only_while_a_command_runs():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Terminated), stopped_by_signals():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_command_in_another_thread_leaves_signals_alone():
    codes = []
    thread = threading.Thread(target=lambda: codes.append(main(["--version"])))
    thread.start()
    thread.join()
    assert codes == [0]
