"""Nearest-neighbour rankers: by items with common users, users with common items, or friends."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_neighbours.friends import Friends
    from palate_neighbours.friends_of_friends import FriendsOfFriends
    from palate_neighbours.item_knn import ItemKNN
    from palate_neighbours.user_knn import UserKNN

    return [ItemKNN, UserKNN, Friends, FriendsOfFriends]
