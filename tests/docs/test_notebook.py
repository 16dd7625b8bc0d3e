"""The notebook runs as it stands, and its page shows what it printed."""

import json
import subprocess
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "docs" / "notebooks"
NOTEBOOK = NOTEBOOKS / "first-steps.ipynb"


def test_the_notebook_runs(tmp_path):
    words = [sys.executable, NOTEBOOKS / "execute.py", NOTEBOOK, "--check"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_notebook_that_fails_is_a_failure(tmp_path):
    cell = {"cell_type": "code", "source": ["1 / 0"], "outputs": [], "execution_count": None, "metadata": {}}
    (tmp_path / "bad.ipynb").write_text(json.dumps({"cells": [cell]}))
    words = [sys.executable, NOTEBOOKS / "execute.py", tmp_path / "bad.ipynb", "--check"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode != 0
    assert "ZeroDivisionError" in done.stderr


def test_its_page_has_every_cell_and_what_it_printed(written):
    page = written["first-steps.md"]
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        assert "".join(cell["source"]) in page
    codes = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(codes) > 5
    assert all(cell["outputs"] for cell in codes)
    assert "verdict" in page
    assert "is better than popularity" in page
