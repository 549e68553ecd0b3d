"""A lock that is handed on by priority."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count


class Priority(IntEnum):
    """Who goes first; equal ones in the order in which they came."""

    COMMAND = 0
    POLL = 1


class PriorityLock:
    """A lock that goes to the waiter of the highest priority, then to the first in line."""

    def __init__(self) -> None:
        self._taken = False
        self._order = count()
        self._waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def acquire(self, priority: Priority) -> AsyncIterator[None]:
        """Wait for the lock and hold it while the context lasts."""
        await self._wait_for_turn(priority)
        try:
            yield
        finally:
            self._release()

    async def _wait_for_turn(self, priority: Priority) -> None:
        if not self._taken:
            self._taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (priority, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            # The turn may have been given in the moment of the cancellation: hand it on.
            if turn.done() and not turn.cancelled():
                self._release()
            raise

    def _release(self) -> None:
        while self._waiting:
            _, _, turn = heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False
