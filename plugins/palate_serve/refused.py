"""What a request is refused with."""

from __future__ import annotations

import logging
import re

from palate.errors import AmbiguousItem, PalateError, UnknownItem, UnknownUser

log = logging.getLogger("palate_serve")
_PLACE = re.compile(r" - at `(?:key in )?\$?\.?(.*?)`$")


class Refused(Exception):
    """A request that is not answered: the status, what is wrong in a sentence, and the field if it is one."""

    def __init__(
        self, status: int, message: str, field: str | None = None, retry: float | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.field, self.retry = status, message, field, retry


def unread(error: Exception) -> Refused:
    """What msgspec says of a body, with the field: 400 for no JSON, 422 for JSON that does not fit."""
    import msgspec

    said = str(error)
    found = _PLACE.search(said)
    if isinstance(error, RecursionError):
        return Refused(400, "the body is nested too deeply")
    if not isinstance(error, msgspec.ValidationError):
        return Refused(400, f"the body is no JSON: {said}")
    field = found[1] if found and found[1] not in ("", "...") else None
    return Refused(422, said[: found.start()] if found else said, field)


def late(seconds: float) -> Refused:
    """An answer that took longer than this."""
    return Refused(503, f"no answer within {seconds:g} seconds", retry=1.0)


def as_refused(error: Exception, place: str) -> Refused:
    """Any error on the way to an answer, as what the request is refused with; a bug is logged."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, PalateError):
        return of_palate(error)
    log.error("a request to %s failed", place, exc_info=error)
    return Refused(500, "this is a mistake of the server; its log has more")


def of_palate(error: PalateError, field: str | None = None) -> Refused:
    """A mistake that palate found in what a request asks for."""
    missing = isinstance(error, UnknownUser | UnknownItem)
    known = field or ("user" if isinstance(error, UnknownUser) else None)
    if known is None and isinstance(error, UnknownItem | AmbiguousItem):
        known = "item"
    return Refused(404 if missing else 422, str(error), known)
