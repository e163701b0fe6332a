"""What a task of asyncio has raised is known before it is forgotten, and the program is none the wiser."""

from __future__ import annotations

import asyncio

from grading.stage import tasks


async def fails(error: BaseException) -> None:
    raise error


async def waits() -> None:
    await asyncio.Event().wait()


def test_what_a_task_has_raised_is_known_until_somebody_asks_for_it() -> None:
    async def main() -> None:
        error = ValueError("too many")
        failed, done = asyncio.create_task(fails(error)), asyncio.create_task(asyncio.sleep(0))
        waiting, cancelled = asyncio.create_task(waits()), asyncio.create_task(waits())
        cancelled.cancel()
        await asyncio.wait([failed, done, cancelled])
        for _ in range(2):
            assert tasks.unretrieved() == [error]
        assert failed.exception() is error
        assert tasks.unretrieved() == []
        waiting.cancel()

    asyncio.run(main())
