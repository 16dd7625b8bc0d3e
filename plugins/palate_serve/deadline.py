"""Waiting for a limited time, where nearly always there is nothing to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator
from types import TracebackType
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class in_time(Generic[T]):  # noqa: N801  used like a function
    """Await it for at most so many seconds; raises TimeoutError.

    As `asyncio.wait_for`, but what has its result at once costs no timer, and stays in the task.
    """

    __slots__ = ("_awaited", "_seconds")

    def __init__(self, awaited: Awaitable[T], seconds: float) -> None:
        self._awaited, self._seconds = awaited, seconds

    def __await__(self) -> Generator[Any, Any, T]:
        steps = self._awaited.__await__()
        try:
            waited = next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        with _Timer(self._seconds):
            return (yield from _from(waited, steps))


def _from(waited: Any, steps: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
    """Go on where `steps` has begun to wait for something."""
    while True:
        wrong = None
        try:
            sent = yield waited
        except BaseException as error:
            wrong = error
        try:
            waited = steps.send(sent) if wrong is None else steps.throw(wrong)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


class _Timer:
    """Cancels the task it is entered in after so many seconds, and makes a TimeoutError of that."""

    __slots__ = ("_before", "_handle", "_late", "_seconds", "_task")

    def __init__(self, seconds: float) -> None:
        self._seconds, self._late = seconds, False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be waited for in time")
        self._task, self._before = task, task.cancelling()
        self._handle = asyncio.get_running_loop().call_later(self._seconds, self._end)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._handle.cancel()
        if self._late and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _end(self) -> None:
        self._late = True
        self._task.cancel()
