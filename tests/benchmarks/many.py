"""Many cameras in one real Home Assistant: set-up, CPU idle and under events, and memory."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import aiohttp

from tests.demo.home_assistant import Running
from tests.demo.setup import add_camera

from . import memory
from .cameras import Cameras, opened_cameras
from .installations import installation
from .measure import Aim, Row
from .processes import calm, cpu_seconds, load

SUBJECT = "many"
# Long enough for one poll of each camera.
_IDLE_SECONDS = 61.0
_SETTLING_SECONDS = 10.0
_RATE, _EVENTS = 20.0, 60
# What so many may take, in percent of one core, beyond Home Assistant itself.
_CAMERAS, _IDLE_PERCENT = 64, 5.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What Home Assistant takes with so many cameras; CPU idle in parts of a core."""

    cameras: int
    set_up_seconds: float
    idle: float | None
    event_cpu: float


async def measure(counts: Sequence[int]) -> list[Row]:
    """Add cameras until there are as many as each count says; return the rows."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dahua-camera-bench-")))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        cameras = await stack.enter_async_context(opened_cameras(max(counts), folder, session))
        running = await stack.enter_async_context(installation(folder / "home-assistant", session))
        await asyncio.sleep(_SETTLING_SECONDS)
        base = await load(running.pid, _IDLE_SECONDS)
        stages: list[Stage] = []
        for count in counts:
            before = stages[-1].cameras if stages else 0
            stages.append(await _stage(running, cameras, before, count))
    return [*_rows(base, stages), *await memory.measure(SUBJECT, counts)]


async def _stage(running: Running, cameras: Cameras, before: int, count: int) -> Stage:
    """Add the cameras up to a count, and look at what that takes."""
    start = perf_counter()
    for camera in cameras.all[before:count]:
        await add_camera(running.api, camera.account)
    seconds = (perf_counter() - start) / (count - before)
    await asyncio.sleep(_SETTLING_SECONDS)
    # What one takes is lost in the noise.
    idle = await load(running.pid, _IDLE_SECONDS) if count > 1 else None
    cpu = cpu_seconds(running.pid)
    await cameras.play(_RATE, _EVENTS, range(count))
    await calm(running.pid)
    spent = cpu_seconds(running.pid) - cpu
    return Stage(count, seconds, idle, spent / (_EVENTS * count))


def _rows(base: float, stages: Sequence[Stage]) -> list[Row]:
    rows = []
    first = stages[0]
    for stage in stages:
        subject = f"{SUBJECT}, {stage.cameras}"
        if stage.idle is not None:
            beyond = (stage.idle - base) * 100
            aim = Aim(_IDLE_PERCENT * stage.cameras / _CAMERAS)
            rows.append(Row(subject, "CPU idle, beyond that without", beyond, "% core", aim=aim))
        alike = None if stage is first else "1 camera"
        linear = Aim(1.5, of="ratio") if alike else None
        for measure, value, least, unit in (
            ("set-up of each", stage.set_up_seconds, first.set_up_seconds, "s"),
            ("CPU for each event", stage.event_cpu * 1e3, first.event_cpu * 1e3, "ms"),
        ):
            rows.append(Row(subject, measure, value, unit, alike, least if alike else None, linear))
    return rows
