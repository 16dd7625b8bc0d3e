"""Rankers that see users and items as a graph, and smooth or walk along it."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_graph.gfcf import GraphFilter
    from palate_graph.rp3beta import RP3beta

    return [GraphFilter, RP3beta]
