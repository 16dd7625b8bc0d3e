"""What is said of a step or a cluster with which it cannot go on."""

from __future__ import annotations

from palate.errors import ComputeError

SMALLER = (
    "Use nodes with more memory, or make the step smaller: fewer items (the cleaner min-interactions), fewer "
    "factors or dimensions"
)
KEPT = "What was finished is in the store: the same command goes on from there"


def in_words(size: float) -> str:
    """A number of bytes, such as `1.5 GiB`."""
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{size / 2**20:,.0f} MiB"


def too_large(step: str, memory: int, most: float, nodes: int) -> ComputeError:
    """That no node has the memory that a step asks for."""
    return ComputeError(
        f"step {step!r} is too large for any node: it asks for {in_words(memory)} of memory, and "
        f"{f'the largest of {nodes} nodes' if nodes > 1 else 'the only node'} has {in_words(most)}. {SMALLER}"
    )


def out_of_memory(step: str, memory: int, tries: int, said: str = "") -> ComputeError:
    """That a step took more memory than there was."""
    often = f" {tries} times" if tries > 1 else ""
    more = f" ({said})" if said else ""
    return ComputeError(
        f"step {step!r} ran out of memory{often}, with {in_words(memory)} asked for{more}. {SMALLER}. {KEPT}"
    )


def lost(step: str, reasons: list[str]) -> ComputeError:
    """That a step was lost too often."""
    return ComputeError(f"step {step!r} was lost {len(reasons)} times: {'; '.join(reasons)}. {KEPT}")


class HeadLost(ComputeError):
    """The head of the cluster does not answer: nothing more can be sent or heard."""


def head_lost(head: str, store: str) -> HeadLost:
    """That the head of the cluster is gone."""
    return HeadLost(
        f"the head of the Ray cluster at {head} does not answer any more. What was finished is in the store "
        f"{store}: the same command goes on from there, on a new cluster"
    )


def why(error: Exception) -> str:
    """Why a worker was lost, in a few words."""
    known = {
        "OutOfMemoryError": "its node ran out of memory",
        "NodeDiedError": "its node was lost",
        "WorkerCrashedError": "its worker was killed or crashed",
        "LocalRayletDiedError": "its node was lost",
    }
    lines = str(error).strip().splitlines() or [""]
    return known.get(type(error).__name__, lines[0])
