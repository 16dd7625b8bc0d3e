"""Rankers that read the order of a history: networks that predict the next item."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_sequence.recurrent import GRU, LSTM
    from palate_sequence.sasrec import SASRec

    return [SASRec, GRU, LSTM]
