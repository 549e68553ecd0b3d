"""A simulated week: what a camera leaves behind in memory.

Polls follow each other at once instead of by the minute, in a Home Assistant without a
recorder, so that nothing grows but what is ours. Each day has its events, a lost stream and a
reload.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
import gc
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from tests.demo.home_assistant import free_port, prepare

from .cameras import Cameras, opened_cameras
from .measure import Aim, Row
from .processes import resident_bytes

SUBJECT = "long"
_DAYS = 7
# Polls and events of a day, and of one that is cut short.
_WHOLE_DAY, _SHORT_DAY = (1440, 4000), (60, 400)
_EVENTS_A_SECOND = 400.0
_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Evening:
    """What is in memory at the end of a day."""

    resident: int
    objects: int


async def measure(*, long: bool) -> list[Row]:
    """Live through a week, or through seven short days; return the rows."""
    polls, events = _WHOLE_DAY if long else _SHORT_DAY
    evenings = []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dahua-camera-bench-")))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        opening = opened_cameras(1, folder, session, "--still-seconds", "0.05")
        cameras = await stack.enter_async_context(opening)
        port = stack.enter_context(free_port(None))
        prepare(folder, f"http://127.0.0.1:{port}", port, [])
        hass = await stack.enter_async_context(async_test_home_assistant(config_dir=str(folder)))
        hass.data.pop(DATA_CUSTOM_COMPONENTS)
        entry = await _set_up(hass, cameras)
        # The first day fills what is remembered for ever, such as samples and caches.
        for _ in range(1 + _DAYS):
            await _live(hass, entry, cameras, polls, events)
            gc.collect()
            evenings.append(Evening(resident_bytes(os.getpid()), len(gc.get_objects())))
        await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_stop(force=True)
    first, last = evenings[0], evenings[-1]
    middle = evenings[len(evenings) // 2]
    subject = f"{SUBJECT}, {_DAYS * polls} polls"
    return [
        Row(subject, "events", _DAYS * events, "events"),
        Row(subject, "memory grown", (last.resident - first.resident) / 1e6, "MB", aim=Aim(1)),
        Row(subject, "of that, in the second half", (last.resident - middle.resident) / 1e6, "MB"),
        Row(
            subject,
            "objects after all days",
            last.objects,
            "objects",
            "after the first",
            first.objects,
            Aim(1.005, of="ratio"),
        ),
    ]


async def _set_up(hass: HomeAssistant, cameras: Cameras) -> MockConfigEntry:
    camera = cameras.all[0]
    data = {
        "host": camera.account.host,
        "port": camera.account.http,
        "https": False,
        "username": camera.account.username,
        "password": camera.account.password,
    }
    entry = MockConfigEntry(domain=DOMAIN, unique_id=camera.serial, title="Camera", data=data)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


async def _live(
    hass: HomeAssistant, entry: MockConfigEntry, cameras: Cameras, polls: int, events: int
) -> None:
    """Let a day pass."""
    await hass.config_entries.async_reload(entry.entry_id)
    await _connected(entry, 1)
    for _ in range(polls):
        await entry.runtime_data.coordinator.async_refresh()
    await cameras.play(_EVENTS_A_SECOND, events // 2, [0])
    await cameras.all[0].request("PUT", "/faults/drop_stream", {"once": True})
    await _connected(entry, 2)
    await cameras.play(_EVENTS_A_SECOND, events // 2, [0])
    await cameras.requests(0)


async def _connected(entry: MockConfigEntry, times: int) -> None:
    """Return when events are followed for the n-th time since the entry was loaded."""
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        while entry.runtime_data.detections.stream.connections < times:
            await asyncio.sleep(0.05)
