import asyncio

import pytest

from palate_serve.deadline import in_time


async def at_once():
    return 7


async def after(waits):
    for wait in waits:
        await asyncio.sleep(wait)
    return len(waits)


def test_what_is_there_at_once_is_given_without_a_timer(monkeypatch):
    async def main():
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(type(loop), "call_later", lambda *_: pytest.fail("a timer"))
        return await in_time(at_once(), 1.0)

    assert asyncio.run(main()) == 7


def test_what_waits_several_times_goes_on_to_its_end():
    async def main():
        return await in_time(after([0, 0.001, 0]), 5.0)

    assert asyncio.run(main()) == 3


def test_what_takes_too_long_is_a_timeout_and_the_task_goes_on():
    async def main():
        with pytest.raises(TimeoutError):
            await in_time(after([60]), 0.01)
        assert asyncio.current_task().cancelling() == 0
        await asyncio.sleep(0)
        return await in_time(at_once(), 1.0)

    assert asyncio.run(main()) == 7


def test_of_two_deadlines_the_first_to_pass_ends_only_what_it_is_for():
    async def inner():
        try:
            await in_time(after([60]), 0.01)
        except TimeoutError:
            return "late"

    async def main():
        return await in_time(inner(), 5.0)

    assert asyncio.run(main()) == "late"


def test_a_task_that_is_cancelled_while_it_waits_is_cancelled():
    async def main():
        task = asyncio.create_task(in_time_in_a_task())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def in_time_in_a_task():
        await in_time(after([60]), 5.0)

    asyncio.run(main())


def test_errors_come_through_before_and_after_waiting():
    async def wrong(first):
        if not first:
            await asyncio.sleep(0)
        raise KeyError("wrong")

    async def main(first):
        await in_time(wrong(first), 1.0)

    for first in (True, False):
        with pytest.raises(KeyError, match="wrong"):
            asyncio.run(main(first))
