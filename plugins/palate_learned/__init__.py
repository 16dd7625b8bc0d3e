"""Interests that are fitted by gradient: features, what a history says, and scores, each or all together."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_transforms() -> list[type]:
    from palate_learned.relu_layer import ReluLayer

    return [ReluLayer]


@hookimpl
def register_aggregators() -> list[type]:
    from palate_learned.attentive import Attentive
    from palate_learned.recurrent import GRU, LSTM

    return [Attentive, GRU, LSTM]


@hookimpl
def register_rankers() -> list[type]:
    from palate_learned.softmax import Softmax

    return [Softmax]
