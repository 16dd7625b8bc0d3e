"""Public data sets, as researchers have them on disk."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_sources() -> list[type]:
    from palate_datasets.amazon import Amazon
    from palate_datasets.bookcrossing import BookCrossing
    from palate_datasets.goodreads import Goodreads
    from palate_datasets.item_lists import ItemLists
    from palate_datasets.kuairec import KuaiRec
    from palate_datasets.lastfm import LastFm
    from palate_datasets.mind import Mind
    from palate_datasets.recbole import RecBole
    from palate_datasets.retailrocket import RetailRocket
    from palate_datasets.sasrec import SasRec
    from palate_datasets.steam import Steam
    from palate_datasets.yelp import Yelp

    return [
        Amazon,
        BookCrossing,
        Goodreads,
        ItemLists,
        KuaiRec,
        LastFm,
        Mind,
        RecBole,
        RetailRocket,
        SasRec,
        Steam,
        Yelp,
    ]
