"""Rankers that look for the nearest items, by who met them, or people, by what they met."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_neighbours.item_knn import ItemKNN
    from palate_neighbours.user_knn import UserKNN

    return [ItemKNN, UserKNN]
