"""One event as the service keeps it: by ids, so that it counts in any run."""

from __future__ import annotations

from typing import Any, NamedTuple

from palate_serve.messages import Happened, Past


class Event(NamedTuple):
    """What happened with an item, given by id as text; `time` in seconds since 1970."""

    item: str
    time: float | None = None
    rating: float | None = None
    type: str | None = None
    label: str | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is more than that it took place."""
        return not (self.rating is None and self.type is None and self.label is None)

    @classmethod
    def of(cls, given: Happened | Past) -> Event:
        """An event of a request."""
        return cls(str(given.item), given.time, given.rating, given.type, _text(given.label))


def _text(label: Any) -> str | None:
    if label is None or isinstance(label, str):
        return label
    return str(int(label)) if isinstance(label, bool) else f"{label:g}"
