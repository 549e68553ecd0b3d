"""The lock: one at a time, commands before polls, nobody lost."""

import asyncio

from custom_components.dahua_camera.dahua.priority_lock import Priority, PriorityLock


async def test_commands_pass_waiting_polls() -> None:
    lock = PriorityLock()
    passed: list[str] = []

    async def visit(name: str, priority: Priority) -> None:
        async with lock.acquire(priority):
            passed.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for name in ("first", "poll 1", "poll 2"):
            group.create_task(visit(name, Priority.POLL))
        for name in ("command 1", "command 2"):
            group.create_task(visit(name, Priority.COMMAND))
    assert passed == ["first", "command 1", "command 2", "poll 1", "poll 2"]


async def test_one_at_a_time() -> None:
    lock = PriorityLock()
    inside = most = 0

    async def visit() -> None:
        nonlocal inside, most
        async with lock.acquire(Priority.POLL):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(visit())
    assert most == 1


async def test_who_gives_up_waiting_does_not_block_the_rest() -> None:
    lock = PriorityLock()
    async with lock.acquire(Priority.POLL):
        waiting = asyncio.create_task(_visit(lock))
        given_up = asyncio.create_task(_visit(lock))
        await asyncio.sleep(0)
        given_up.cancel()
    async with asyncio.timeout(1):
        await waiting
        await _visit(lock)


async def test_turn_that_comes_in_the_moment_of_giving_up_is_handed_on() -> None:
    lock = PriorityLock()
    await lock._wait_for_turn(Priority.POLL)
    given_up = asyncio.create_task(_visit(lock))
    waiting = asyncio.create_task(_visit(lock))
    await asyncio.sleep(0)
    lock._release()
    given_up.cancel()
    async with asyncio.timeout(1):
        await waiting


async def _visit(lock: PriorityLock) -> None:
    async with lock.acquire(Priority.POLL):
        pass
