"""Rankers that look for the nearest items by who met them."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_neighbours.item_knn import ItemKNN

    return [ItemKNN]
