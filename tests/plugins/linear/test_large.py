"""That what a dense fit is said to take is what it takes, by a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from palate.data.size import Size
from palate_linear.large import dense_bytes, is_dense

FIT = """
import json, os, sys
import numpy as np
from dataclasses import replace
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
from palate import History
from palate.data.size import Size
from palate.testing import training_of
from palate_linear.dlae import Dlae
from palate_linear.ease import Ease

def kilobytes(of):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(of))

items, users, events = 2000, 4000, 9
ranker = {"ease": Ease, "dlae": Dlae}[sys.argv[1]]
drawn = np.random.default_rng(0).zipf(1.3, users * events) % items
history = History(np.arange(users + 1) * events, drawn.astype(np.int32), items)
training = replace(training_of([[0]], items), history=history)
size = Size.of(history)
ranker().fit(training_of([[0, 1], [1, 2]], 3))  # imports
before = kilobytes("VmRSS")
ranker().fit(training)
print(json.dumps({"used": 1024 * (kilobytes("VmHWM") - before), "events": size.events}))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory as Linux has it")
@pytest.mark.parametrize("ranker", ["ease", "dlae"])
def test_a_dense_fit_takes_what_it_is_said_to_take(ranker):
    done = subprocess.run(
        [sys.executable, "-c", FIT, ranker],
        capture_output=True, text=True, check=True, env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    found = json.loads(done.stdout)
    said = dense_bytes(Size(users=4000, items=2000, events=found["events"]))
    assert found["used"] == pytest.approx(said, rel=0.15)


def test_events_count_beside_pairs_of_items():
    few, many = (Size(users=10, items=1000, events=events) for events in (0, 10**8))
    assert dense_bytes(many) - dense_bytes(few) == 20 * 10**8
    assert is_dense(few, 0.1)
    assert not is_dense(many, 0.1)
