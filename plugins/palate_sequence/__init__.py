"""Rankers that read the order of a history: transitions, neighbour sessions, and neural networks."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_sequence.item_contrast import ItemContrast
    from palate_sequence.markov import Markov
    from palate_sequence.recurrent import GRU, LSTM
    from palate_sequence.sasrec import SASRec
    from palate_sequence.session_knn import SessionKNN
    from palate_sequence.two_tower import TwoTower

    return [Markov, SessionKNN, SASRec, GRU, LSTM, TwoTower, ItemContrast]
