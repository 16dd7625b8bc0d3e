"""Environments of their own for the libraries that palate is measured against, and fair measuring."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REQUIREMENTS = {
    "rectools": ["rectools==0.19.0", "pyarrow<21"],
    "rectools-torch": ["rectools[torch]==0.19.0", "torch==2.13.0", "pyarrow<21"],
    "sentence-transformers": ["torch==2.13.0", "sentence-transformers==5.6.1"],
    "fastapi": ["rectools==0.19.0", "pyarrow<21", "fastapi>=0.115", "uvicorn[standard]>=0.34"],
    "ranx": ["ranx==0.3.21", "pyarrow"],
}


def peer_python(name: str, given: str | None = None) -> str:
    """The interpreter of a peer's environment: the one given, or one made once in the cache folder."""
    if given:
        return given
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "palate" / "peers" / name
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"making the environment of {name} in {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        command = [str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS[name]]
        subprocess.run(command, check=True, stdout=sys.stderr)
        (folder / "ready").touch()
    return str(python)


def measured(command: Sequence[str], cores: int | None = None) -> dict[str, Any]:
    """What a child process printed as its last line (JSON), with the peak of its memory in MB.

    The peak is sampled from outside every 5 ms, the same way for everybody, from the process's
    resident pages.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_")}
    if cores:
        environment |= {"OMP_NUM_THREADS": str(cores), "OPENBLAS_NUM_THREADS": str(cores)}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(child, peak), daemon=True)
    watcher.start()
    started = time.perf_counter()
    out, _ = child.communicate()
    wall = time.perf_counter() - started
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return json.loads(out.strip().splitlines()[-1]) | {
        "peak_mb": round(peak[0] / 1e6),
        "wall": round(wall, 2),
    }


def _watch(child: subprocess.Popen[str], peak: list[int]) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    statm = Path(f"/proc/{child.pid}/statm")
    while child.poll() is None:
        try:
            peak[0] = max(peak[0], int(statm.read_text().split()[1]) * page)
        except (OSError, IndexError):
            return
        time.sleep(0.005)
