"""`palate fit`: a whole folder or none."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from palate.cli import main


@pytest.fixture
def file(recipe, tmp_path):
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(recipe))
    return str(tmp_path / "r.yaml")


def test_a_pipeline_is_written_and_only_replaced_with_force(file, tmp_path, capsys):
    kept = str(tmp_path / "kept")
    assert main(["fit", file, kept, "-q"]) == 0
    assert main(["fit", file, kept, "-q"]) == 2
    assert "holds a pipeline already; --force" in capsys.readouterr().err
    assert main(["fit", file, kept, "--force"]) == 0
    assert f"is in {kept}" in capsys.readouterr().err
    assert main(["recommend", kept, "--new-user", "-k", "1"]) == 0


def test_a_folder_that_is_no_pipeline_is_refused_before_anything_is_fitted(file, tmp_path, capsys):
    assert main(["fit", file, str(tmp_path), "--force"]) == 2
    assert "no pipeline" in capsys.readouterr().err


def test_killed_while_writing_the_same_command_starts_again(file, tmp_path):
    code = (
        "import sys, time\nfrom palate.store import codec\n"
        "codec.mapped.save = lambda *_: time.sleep(60)\n"
        "from palate.cli import main\nsys.exit(main(sys.argv[1:]))\n"
    )
    kept = tmp_path / "kept"
    words = ["fit", file, str(kept), "-q", "--store", str(tmp_path / "store")]
    assert main(["fit", file, str(tmp_path / "other"), "-q", "--store", str(tmp_path / "store")]) == 0
    killed = subprocess.Popen([sys.executable, "-c", code, *words], env=os.environ)
    until = time.monotonic() + 60
    while not list(tmp_path.glob(".kept.*")) and killed.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not kept.exists()
    assert main(words) == 0
    assert Path(kept, "tree.json").is_file()
