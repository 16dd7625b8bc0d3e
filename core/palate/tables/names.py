"""What columns are usually called.

Names are compared without regard to case, `_`, `-`, `.`, spaces, and a type behind a colon
(`user_id:token`). The first name of a list that a table has is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Role = Literal["user", "item", "rating", "time"]

ROLES: dict[Role, tuple[str, ...]] = {
    "user": (
        *("userid", "useruuid", "user", "uid", "username", "customerid", "customer", "memberid", "member"),
        *("visitorid", "visitor", "reviewerid", "reviewer", "accountid", "account", "clientid", "client"),
        *("personid", "person", "profileid", "readerid", "playerid", "sessionid", "session"),
    ),
    "item": (
        *("itemid", "itemuuid", "item", "iid", "movieid", "movie", "filmid", "film", "productid", "product"),
        *("bookid", "book", "isbn", "articleid", "article", "newsid", "trackid", "track", "songid", "song"),
        *("artistid", "artist", "albumid", "videoid", "video", "gameid", "game", "appid", "app", "recipeid"),
        *("courseid", "jobid", "businessid", "locationid", "venueid", "poiid", "parentasin", "asin", "sku"),
        *("contentid", "postid", "itemcode", "productcode", "stockcode"),
        *("course", "post", "place", "placeid"),
    ),
    "rating": (
        *(
            "rating",
            "ratings",
            "stars",
            "starrating",
            "userrating",
            "bookrating",
            "movierating",
            "reviewrating",
        ),
        *("score", "reviewscore", "overall", "overallrating", "rate", "ratingvalue", "value"),
    ),
    "time": (
        *("timestamp", "time", "datetime", "date", "ts", "unixreviewtime", "reviewtime", "eventtime"),
        *("createdat", "created", "updatedat", "ratedat", "watchedat", "orderdate", "purchasedate"),
        *("invoicedate", "reviewdate", "eventdate"),
    ),
}

Carried = Literal["type", "label", "part"]

CARRIED: dict[Carried, tuple[str, ...]] = {
    "type": (
        *("eventtype", "event", "action", "actiontype", "interactiontype", "interaction", "behavior"),
        *("behaviour", "behaviortype", "behaviourtype", "activity", "activitytype", "type"),
    ),
    "label": (
        *("label", "clicked", "isclicked", "click", "isclick", "liked", "isliked", "like", "vote"),
        *("thumb", "thumbs", "reaction", "feedback"),
    ),
    "part": (),
}
"""Columns of interactions that a feedback or the split `column` may read; they are carried along as text.
A column is a part of a split only where that is said."""

IDS: dict[Literal["user", "item"], tuple[str, ...]] = {
    "user": ("id", *ROLES["user"]),
    "item": ("id", *ROLES["item"]),
}


def plain(name: str) -> str:
    """A column name without what people write differently."""
    return re.sub(r"[^a-z0-9]", "", name.split(":")[0].lower())


def matching(columns: Sequence[str], names: Sequence[str]) -> str | None:
    """The column that is called by the earliest of these names, or None."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(plain(column), column)
    return next((by_name[name] for name in names if name in by_name), None)
