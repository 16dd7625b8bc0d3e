import numpy as np
import pytest

from palate.errors import ComponentError
from palate_transformers.batches import in_batches

TOKENS = [[5], [1, 2, 3], [], [4, 4], [9, 9, 9, 9]]
SUMS = [5, 6, 0, 8, 36]


class Network:
    """Sums the real tokens, counts its calls, and has memory for so many padded tokens."""

    def __init__(self, room=10**6, error=None):
        self.shapes, self.room = [], room
        self.error = error or RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")

    def __call__(self, rows, numbers, mask):
        assert len(rows) == len(numbers)
        if numbers.size > self.room:
            raise self.error
        self.shapes.append(numbers.shape)
        assert (numbers[mask == 0] == 7).all()
        return (numbers * mask).sum(axis=1, keepdims=True).astype(np.float32)


def test_rows_come_back_in_order_and_an_empty_text_gets_zeros():
    assert in_batches(TOKENS, 1, 100, 7, Network())[:, 0].tolist() == SUMS


def test_longest_first_and_never_more_padded_tokens_than_the_budget():
    network = Network()
    in_batches(TOKENS, 1, 6, 7, network)
    assert network.shapes == [(1, 4), (2, 3), (1, 1)]


def test_a_text_longer_than_the_budget_goes_alone():
    network = Network()
    assert in_batches(TOKENS, 1, 1, 7, network)[:, 0].tolist() == SUMS
    assert network.shapes == [(1, 4), (1, 3), (1, 2), (1, 1)]


@pytest.mark.parametrize(
    "error",
    [RuntimeError("CUDA out of memory."), RuntimeError("not enough memory: you tried"), MemoryError()],
)
def test_when_memory_runs_out_smaller_batches_go_on(error):
    network = Network(room=6, error=error)
    assert in_batches(TOKENS, 1, 100, 7, network)[:, 0].tolist() == SUMS
    assert max(rows * width for rows, width in network.shapes) <= 6


def test_a_single_text_too_long_for_memory_is_named():
    with pytest.raises(ComponentError, match="single text of 4 tokens; lower max_length"):
        in_batches(TOKENS, 1, 100, 7, Network(room=3))


def test_other_errors_are_not_taken_for_it():
    with pytest.raises(RuntimeError, match="shapes do not match"):
        in_batches(TOKENS, 1, 100, 7, Network(room=1, error=RuntimeError("shapes do not match")))
