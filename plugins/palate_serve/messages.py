"""What requests and answers hold; the OpenAPI document is written from these types."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=1000)]
Id = Annotated[str, Meta(min_length=1, max_length=1000)] | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Number = Annotated[float, Meta(ge=-1e15, le=1e15)]
Count = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Value = str | int | float | bool


class Past(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One event of a history that a request brings: an item by id or title; `time` in seconds since 1970."""

    item: Id
    time: Number | None = None
    rating: Number | None = None
    type: Text | None = None
    label: Text | int | float | bool | None = None


class Range(Struct, forbid_unknown_fields=True):
    """Numbers from `min` to `max`, both included."""

    min: float | None = None
    max: float | None = None


Condition = Value | list[Value] | Range


class Ask(Struct, forbid_unknown_fields=True):
    """Who recommendations are for, and which: a known `user`, any user with a `history`, or a new one.

    `where` limits items by attribute; `unknown_user: refuse` is an error 404 in place of the fallback.
    `branches` leaves all others out, and `run` asks another run that is served beside the first.
    """

    user: Id | None = None
    history: list[Id | Past] | None = None
    k: Count = 10
    include_seen: bool = False
    only: list[Id] | None = None
    exclude: list[Id] | None = None
    where: dict[str, Condition] | None = None
    explain: bool = False
    attributes: list[str] = []
    branches: list[str] | None = None
    run: Text | None = None
    unknown_user: Literal["fallback", "refuse"] = "fallback"


class Batch(Struct, forbid_unknown_fields=True):
    """Several requests for recommendations, answered in their order."""

    requests: list[Ask]


class Recommended(Struct, omit_defaults=True):
    """One item, best first, with what was asked for beside it."""

    rank: int
    item: Any
    title: str
    score: float
    attributes: dict[str, Any] | None = None
    explanation: dict[str, Any] | None = None


class Answer(Struct):
    """Recommendations. `known` says whether the service knows the user, `fallback` that no branch served."""

    run: str
    user: Any
    known: bool
    fallback: bool
    items: list[Recommended]
    unknown_items: list[Any] = []
    remarks: list[str] = []


class Answers(Struct):
    """The answers to a batch; one that is refused has an `error` instead."""

    answers: list[Any]


class Happened(Struct, forbid_unknown_fields=True):
    """One event: `time` in seconds since 1970 (default: now), what else the recipe's feedback reads."""

    user: Id
    item: Id
    time: Number | None = None
    rating: Number | None = None
    type: Text | None = None
    label: Text | int | float | bool | None = None


class Events(Struct, forbid_unknown_fields=True):
    """Several events, kept all or none."""

    events: list[Happened]


class Kept(Struct):
    """How many events were kept; `unknown_items` are in no catalogue yet, and count once a run has them."""

    accepted: int
    last: int
    duplicate: bool = False
    unknown_items: list[Any] = []


class AskProfile(Struct, forbid_unknown_fields=True):
    """Whose interests are wanted in words."""

    user: Id | None = None
    history: list[Id | Past] | None = None
    branch: Text | None = None
    k: Annotated[int, Meta(ge=1, le=100)] = 8


class Swap(Struct, forbid_unknown_fields=True):
    """The run to swap to: the name of a folder beside the one that is served."""

    run: Text


decode_ask = msgspec.json.Decoder(Ask).decode
encode = msgspec.json.Encoder().encode
