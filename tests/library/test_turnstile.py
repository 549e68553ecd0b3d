"""The turnstile: one at a time, commands before polls, nobody lost."""

import asyncio

from custom_components.dahua_camera.dahua.turnstile import Priority, Turnstile


async def test_commands_pass_waiting_polls() -> None:
    turnstile = Turnstile()
    passed: list[str] = []

    async def visit(name: str, priority: Priority) -> None:
        async with turnstile.pass_through(priority):
            passed.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for name in ("first", "poll 1", "poll 2"):
            group.create_task(visit(name, Priority.POLL))
        for name in ("command 1", "command 2"):
            group.create_task(visit(name, Priority.COMMAND))
    assert passed == ["first", "command 1", "command 2", "poll 1", "poll 2"]


async def test_one_at_a_time() -> None:
    turnstile = Turnstile()
    inside = most = 0

    async def visit() -> None:
        nonlocal inside, most
        async with turnstile.pass_through(Priority.POLL):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(visit())
    assert most == 1


async def test_who_gives_up_waiting_does_not_block_the_rest() -> None:
    turnstile = Turnstile()
    async with turnstile.pass_through(Priority.POLL):
        waiting = asyncio.create_task(_visit(turnstile))
        given_up = asyncio.create_task(_visit(turnstile))
        await asyncio.sleep(0)
        given_up.cancel()
    async with asyncio.timeout(1):
        await waiting
        await _visit(turnstile)


async def test_turn_that_comes_in_the_moment_of_giving_up_is_handed_on() -> None:
    turnstile = Turnstile()
    await turnstile._acquire(Priority.POLL)
    given_up = asyncio.create_task(_visit(turnstile))
    waiting = asyncio.create_task(_visit(turnstile))
    await asyncio.sleep(0)
    turnstile._release()
    given_up.cancel()
    async with asyncio.timeout(1):
        await waiting


async def _visit(turnstile: Turnstile) -> None:
    async with turnstile.pass_through(Priority.POLL):
        pass
