import errno

import pytest

from palate.errors import DataError, Problem, RecipeError, closest, disk_full, shortened, unwritten
from palate.findings.finding import Finding

LONG = "x" * 100_000


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (f"no user {LONG!r}; known: 1, 2", f"no user '{'x' * 80}…' (100,000 characters); known: 1, 2"),
        (f"branches.{LONG}: unknown", f"branches.{'x' * 71}… (100,009 characters): unknown"),
        (f'no column "{LONG}" here', f'no column "{"x" * 80}…" (100,000 characters) here'),
        (f"{'ab c' * 200!r} is twice", f"'{'ab c' * 20}…' (800 characters) is twice"),
    ],
)
def test_a_message_shows_how_long_words_begin_and_how_long_they_are(message, said):
    assert shortened(message) == said


def test_a_message_of_words_of_common_length_stays_as_it_is():
    message = " ".join(["word"] * 500) + f" '{'/folder' * 20}' it's " + "fine, " * 100 + "isn't it"
    assert shortened(message) == message


def test_a_message_of_many_words_ends():
    assert len(shortened("word " * 100_000)) < 6000


def test_errors_and_problems_are_cut_wherever_they_are_shown():
    assert len(str(DataError(f"column {LONG} is missing"))) < 150
    assert len(Finding("unknown", f"item {LONG} is not in the items file").message) < 150
    assert len(str(RecipeError([Problem("a.yaml:1:1", LONG, "is no key")] * 3))) < 450


def test_what_is_very_long_is_like_no_name():
    assert closest(LONG, ["xxx"]) == ""


@pytest.mark.parametrize(
    ("error", "full", "why"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True, "the disk is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True, "the disk is full"),
        (OSError("10240 requested and 9184 written"), True, "the disk is full"),  # numpy
        (
            RuntimeError("underlying IO error: No space left (os error 28)"),
            True,
            "the disk is full",
        ),  # polars
        (OSError(errno.EACCES, "Permission denied"), False, "Permission denied"),
        (OSError("what else there is"), False, "what else there is"),
    ],
)
def test_a_full_disk_is_known_whoever_says_it(error, full, why):
    assert (disk_full(error), unwritten(error)) == (full, why)
