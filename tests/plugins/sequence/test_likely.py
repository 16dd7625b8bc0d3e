"""What `auto` of `markov` comes to, against sums over events one by one."""

import math
from itertools import pairwise

import numpy as np
import pytest

from palate.testing import training_of
from palate_sequence.likely import DECAYS, SMOOTHINGS, most_likely
from palate_sequence.markov import Markov, transitions


def predicted(lists, last, smoothing, decay):
    """The mean log probability of the later events of each list, by the words of the docstring."""
    events = [item for each in lists for item in each]
    pairs = [(a, b) for each in lists for a, b in pairwise(each)]
    found = []
    for each in lists:
        for place in range(1, len(each)):
            item, others = each[place], events.count(each[place]) - 1
            if 2 * place < len(each) or not others:
                continue
            left = list(pairs)
            left.remove((each[place - 1], item))
            total = weight = 0.0
            for back in range(min(last, place)):
                source = each[place - 1 - back]
                # only the event's own transition is left out, which is one of those after the item before it
                known = left if back == 0 else pairs
                after = [b for a, b in known if a == source]
                share = others / (len(events) - 1)
                chance = (after.count(item) + smoothing * share) / (len(after) + smoothing)
                total, weight = total + decay**back * chance, weight + decay**back
            found.append(math.log(total / weight))
    return sum(found) / len(found)


def test_what_is_chosen_makes_events_more_likely_than_any_other_choice():
    rng = np.random.default_rng(3)
    lists = [[int(item) for item in (start + np.arange(6) * rng.integers(1, 3)) % 9] for start in range(14)]
    history = training_of(lists, 9).history
    found = most_likely(history, transitions(history), 3, "auto", "auto")
    values = {(s, d): predicted(lists, 3, s, d) for s in SMOOTHINGS for d in DECAYS}
    assert values[found] == pytest.approx(max(values.values()), abs=1e-9)
    assert len({round(value, 6) for value in values.values()}) > len(SMOOTHINGS)


def test_what_is_set_stays_and_the_other_follows():
    lists = [[0, 1, 2, 3], [1, 2, 3, 0], [3, 2, 1, 0], [2, 0, 3, 1], [0, 1, 2, 3]]
    history = training_of(lists, 4).history
    counts = transitions(history)
    smoothing, decay = most_likely(history, counts, 2, "auto", 0.7)
    assert decay == 0.7
    best = max(SMOOTHINGS, key=lambda each: predicted(lists, 2, each, 0.7))
    assert smoothing == best
    assert most_likely(history, counts, 2, 5.0, 0.7) == (5.0, 0.7)


def test_where_only_the_last_event_counts_earlier_ones_weigh_little_and_popularity_less():
    lists = [[(start + k) % 7 for k in range(7)] for start in range(7)] * 3
    ranker = Markov().fit(training_of(lists, 7))
    assert (ranker.smoothing_, ranker.decay_) == (SMOOTHINGS[0], DECAYS[0])
    assert ranker.remarks() == {"smoothing": SMOOTHINGS[0], "decay": DECAYS[0]}


def test_where_order_says_nothing_all_events_count_and_popularity_more():
    rng = np.random.default_rng(0)
    lists = [rng.permutation(40)[:12].tolist() for _ in range(150)]
    ranker = Markov().fit(training_of(lists, 40))
    assert ranker.decay_ >= 0.85
    assert ranker.smoothing_ >= SMOOTHINGS[-2]


def test_data_without_transitions_have_a_choice_too():
    ranker = Markov().fit(training_of([[0], [1]], 2))
    assert (ranker.smoothing_, ranker.decay_) == (1.0, 0.5)
