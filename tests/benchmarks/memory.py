"""What each further camera takes of a real Home Assistant's memory.

Beside it, in one of its own, as many plain entities with nothing behind them: what Home Assistant
itself needs for those, its registries, its states and its recorder.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from tests.demo.api import Api
from tests.demo.home_assistant import Running
from tests.demo.setup import add_camera

from .cameras import opened_cameras
from .installations import FLOOR_COMPONENTS, installation
from .measure import Aim, Row
from .processes import calm, resident_bytes

_SETTLING_SECONDS = 10.0
_RATE, _EVENTS = 20.0, 60
_FLOOR = "as many plain entities"


@dataclass(frozen=True, slots=True)
class Household:
    """A Home Assistant to which cameras are added, and which then shows their events."""

    running: Running
    add: Callable[[int], Awaitable[object]]
    play: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes: with so many cameras each, and what the events of the most of them left behind."""

    resident: list[int]
    left_behind: int


async def measure(subject: str, counts: Sequence[int]) -> list[Row]:
    """Return the rows of adding cameras until there are as many as each count says."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dahua-camera-bench-")))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        async with _with_cameras(folder, session, counts[-1]) as household:
            ours = await _grow(household, counts)
            shape = await _shape(household.running.api)
        async with _with_entities(folder, session, shape) as household:
            floor = await _grow(household, counts)
    rows: list[Row] = []
    for (few, many), held, plain in zip(
        pairwise(counts), pairwise(ours.resident), pairwise(floor.resident), strict=True
    ):
        each, least = ((more - less) / (many - few) / 1e6 for less, more in (held, plain))
        stage = f"{subject}, {many}"
        rows.append(Row(stage, "memory of each further", each, "MB", _FLOOR, least, Aim(1)))
        rows.append(Row(stage, "of that, beyond the entities", each - least, "MB"))
    measured = f"{subject}, {counts[-1]}", f"memory that {_EVENTS} events of each leave behind"
    rows.append(Row(*measured, ours.left_behind / 1e6, "MB", _FLOOR, floor.left_behind / 1e6))
    return rows


async def _grow(household: Household, counts: Sequence[int]) -> Memory:
    pid, resident = household.running.pid, []
    for before, count in pairwise((0, *counts)):
        for number in range(before, count):
            await household.add(number)
        await asyncio.sleep(_SETTLING_SECONDS)
        await calm(pid)
        resident.append(resident_bytes(pid))
    await household.play()
    await calm(pid)
    return Memory(resident, resident_bytes(pid) - resident[-1])


@asynccontextmanager
async def _with_cameras(
    folder: Path, session: aiohttp.ClientSession, count: int
) -> AsyncIterator[Household]:
    async with (
        opened_cameras(count, folder, session) as cameras,
        installation(folder / "cameras", session) as running,
    ):
        yield Household(
            running,
            lambda number: add_camera(running.api, cameras.all[number].account),
            lambda: cameras.play(_RATE, _EVENTS, range(count)),
        )


@asynccontextmanager
async def _with_entities(
    folder: Path, session: aiohttp.ClientSession, shape: dict[str, int]
) -> AsyncIterator[Household]:
    async with installation(folder / "entities", session, components=FLOOR_COMPONENTS) as running:
        api = running.api

        async def add(number: int) -> None:
            path = "/api/config/config_entries/flow"
            form = await api.request("POST", path, {"handler": "bench_entities"})
            camera = {"serial": f"camera{number}", **shape}
            await api.request("POST", f"{path}/{form['flow_id']}", camera)

        play = {"rate": _RATE, "count": _EVENTS}
        path = "/api/services/bench_entities/play"
        yield Household(running, add, lambda: api.request("POST", path, play))


async def _shape(api: Api) -> dict[str, int]:
    """Return how many entities each camera of a Home Assistant has, switched on and off."""
    async with api.websocket() as commands:
        entries: list[dict[str, Any]] = await commands.send("config/entity_registry/list")
    ours = [entry for entry in entries if entry["platform"] == "dahua_camera"]
    cameras = len({entry["config_entry_id"] for entry in ours})
    enabled = sum(entry["disabled_by"] is None for entry in ours)
    return {"enabled": enabled // cameras, "disabled": (len(ours) - enabled) // cameras}
