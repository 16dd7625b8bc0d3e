"""Asking for each event of a part after all before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from palate.data import Ranking
from palate.data.query import Progress
from palate.data.questions import Questions, check_order
from palate.pipeline import Pipeline
from palate.pipeline.silence import Silence
from palate.plan.context import StepContext
from palate.plan.steps import Step


def each_event(context: StepContext) -> bool:
    """Whether the step is about every event of the part, not every user."""
    return bool(context.params.get("ask") == "each-event")


def answers(
    pipeline: Pipeline, questions: Questions, top: int, progress: Progress, silence: Silence
) -> Ranking:
    """The ranking of each question. Those of one user and second have one, which is made once.

    Histories are in memory for as many questions at a time as `Questions.blocks` gives.
    """
    first, place = questions.distinct
    parts, done = [], 0
    for block in questions.blocks(first):
        parts.append(pipeline.rank(questions.query(block), top, silence=silence))
        done += len(block)
        progress(done, len(first))
    width = min(top, len(pipeline.items))
    empty = [np.empty((0, width), np.int32), np.empty((0, width), np.float32)]
    items = np.concatenate([part.items for part in parts] or empty[:1])
    scores = np.concatenate([part.scores for part in parts] or empty[1:])
    return Ranking(questions.users, items[place], scores[place])


def check_questions(
    steps: Iterable[Step], at_hand: Callable[[Step], bool], value: Callable[[Step], Any]
) -> None:
    """Raises DataError where a step is to ask for each event of a part that is not in order.

    `steps` are those to be computed, `value` what a step made where it is `at_hand`.
    """
    done = set()
    for step in steps:
        if step.operation != "recommend" or step.params.get("ask") != "each-event":
            continue
        data, fold = step.inputs[:2]
        part = step.params.get("part", "test")
        key = (data.fingerprint, fold.fingerprint, part)
        if key not in done and at_hand(data) and at_hand(fold):
            done.add(key)
            check_order(value(data), value(fold), part)
