"""How long palate takes to say hello.

Prints, as its last line, `{"help_ratio": ..., "plugins_s": ...}`: the median time of `palate --help`
over that of `python -c pass` with the same interpreter, and the median seconds of `palate plugins`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

PALATE = str(Path(sys.executable).with_name("palate"))


def seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(runs: int) -> dict[str, float]:
    """Medians. The two that make the ratio take turns, so that a busy moment hits both."""
    bare, shown, listed = [], [], []
    for _ in range(2):
        seconds([PALATE, "plugins"])
    for _ in range(runs):
        bare.append(seconds([sys.executable, "-c", "pass"]))
        shown.append(seconds([PALATE, "--help"]))
    for _ in range(max(3, runs // 4)):
        listed.append(seconds([PALATE, "plugins"]))
    print(f"python -c pass {statistics.median(bare) * 1000:.1f} ms")
    print(f"palate --help  {statistics.median(shown) * 1000:.1f} ms")
    ratio = statistics.median(shown) / statistics.median(bare)
    return {"help_ratio": round(ratio, 2), "plugins_s": round(statistics.median(listed), 3)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    print(json.dumps(measure(parser.parse_args().runs)))
