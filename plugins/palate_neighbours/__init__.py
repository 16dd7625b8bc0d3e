"""Nearest-neighbour rankers: by items with common users, or users with common items."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_neighbours.item_knn import ItemKNN
    from palate_neighbours.user_knn import UserKNN

    return [ItemKNN, UserKNN]
