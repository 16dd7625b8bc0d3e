"""A newcomer without any extra: the wheel in a new environment, a recipe, a recommendation."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml


def interpreter(version: str) -> str | None:
    """An interpreter of this version: the running one, one on the path, or one installed beside ours."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return sys.executable
    beside = sorted(Path(sys.base_prefix).parent.glob(f"{version}*/bin/python"))
    return str(beside[-1]) if beside else shutil.which(f"python{version}")


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_bare_core_runs_a_recipe_without_torch(version, wheel, recipe, tmp_path):
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} on this machine")
    subprocess.run([python, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    inside = tmp_path / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", inside / "python"]  # ours, as making one takes long
    subprocess.run([*pip, "install", "--quiet", "--no-compile", wheel], check=True, capture_output=True)
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(recipe))
    environment = {**os.environ, "PALATE_CACHE": str(tmp_path / "cache"), "PYTHONPATH": ""}

    def palate(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [inside / "palate", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    absent = "from importlib.util import find_spec as f; print([m for m in ('torch', 'pandas') if f(m)])"
    assert subprocess.check_output([inside / "python", "-c", absent], text=True).strip() == "[]"
    ran = palate("run", "r.yaml", "--json", "-q")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert [row["name"] for row in found["rows"]] == ["linear", "popular", "hybrid"]
    asked = palate("recommend", found["folder"], "--history", "thing 1", "thing 3", "--json")
    assert len(json.loads(asked.stdout)) == 10, asked.stderr
    listed = json.loads(palate("plugins", "--json").stdout)
    states = {(entry["kind"], entry["name"]): entry for entry in listed["components"]}
    assert states["encoder", "transformers"]["state"] == "missing"
    assert states["ranker", "ease"]["state"] == "ready"
    assert "quickstart" in palate("recipes").stdout
    refused = palate("run", "content")
    assert refused.returncode == 2
    assert 'pip install "palate[llm]"' in refused.stderr
