"""A small share of `benchmarks/reliability.py`: nothing it tries may end in a traceback or a wrong value."""

import importlib
import random
import sys
from pathlib import Path

import pytest

BENCHMARKS = str(Path(__file__).parents[2] / "benchmarks")
FAULTS = ("tracebacks", "wrong_values", "leftovers", "not_recovered")


@pytest.fixture(scope="module")
def part():
    """A module of the benchmark by name."""
    sys.path.insert(0, BENCHMARKS)
    yield lambda name: importlib.import_module(f"reliability_{name}")
    sys.path.remove(BENCHMARKS)


@pytest.fixture
def found(part):
    found = part("world").Found()
    yield found
    assert found.faults == []


def test_damaged_files_heal_or_are_refused(part, found, tmp_path):
    part("damage").damages(tmp_path, 4, random.Random(11), found)
    assert found.counts["damaged files"] == 4


def test_mutated_recipes_are_refused_in_words_or_run(part, found, tmp_path):
    pytest.importorskip("hypothesis")
    part("recipes").mutations(tmp_path, 12, 3, found)
    assert found.counts["mutated recipes"] == 12


def test_a_run_that_is_killed_is_resumed_to_the_same_values(part, found, tmp_path):
    part("kills").kills(tmp_path, 1, random.Random(2), found)
    assert found.counts["kills of run"] == 1


def test_what_goes_wrong_is_counted(part):
    world = part("world")
    found = world.Found()
    found.ended("a bug", world.Done(1, "", "TypeError: x (a bug in palate or in a plugin)"))
    found.ended("a traceback", world.Done(0, "", "Traceback (most recent call last):"), plugin=True)
    found.ended("a refusal", world.Done(2, "", "error: no"))
    found.same("values", 1, 2)
    assert [found.counts[kind] for kind in FAULTS] == [2, 1, 0, 1]


def test_what_a_killed_process_left_is_counted(part, tmp_path):
    from palate.leftovers import unfinished

    found = part("world").Found()
    found.clean("nothing", tmp_path)
    unfinished(tmp_path / "runs" / "one").mkdir()
    found.clean("one", tmp_path)
    assert found.counts["leftovers"] == 1
