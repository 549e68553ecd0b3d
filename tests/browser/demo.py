"""The demo as a process of its own, with access to Home Assistant and to the camera's truth."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import signal
import sys
from typing import Any

import aiohttp

from tests.demo.api import Api
from tests.demo.entities import Entities, registered

REPOSITORY = Path(__file__).parents[2]
GATE, DRIVEWAY = 0, 1


@dataclass(frozen=True)
class Demo:
    """A running demo; `camera` is its ports, and how to log in where the demo leaves that open."""

    api: Api
    camera: dict[str, Any]

    async def control(self, method: str, path: str, document: Any = None) -> Any:
        """Ask the control side of the virtual camera."""
        url = f"http://127.0.0.1:{self.camera['control']}{path}"
        async with self.api.session.request(method, url, json=document) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def state(self) -> dict[str, Any]:
        """Return what the camera itself knows of what it does."""
        state: dict[str, Any] = await self.control("GET", "/state")
        return state

    async def channel(self, channel: int) -> dict[str, Any]:
        """Return the same of one sensor: `leds`, `picture`, `zoom`, `focus`."""
        state: dict[str, Any] = (await self.state())["channels"][channel]
        return state

    async def leds(self, channel: int) -> dict[str, int]:
        """Return at which levels the LEDs of a sensor burn."""
        levels: dict[str, int] = (await self.channel(channel))["leds"]
        return levels

    async def play(self, scenario: str, *, speed: float = 1.0, wait: bool = False) -> None:
        """Let somebody pass by; waits on demand until all that this set off has ended."""
        body = {"name": scenario, "speed": speed, "wait": wait}
        await self.control("POST", "/scenario", body)

    async def entities(self) -> Entities:
        """Return the integration's entities."""
        return await registered(self.api)

    async def state_of(self, domain: str, key: str, channel: int | None = None) -> str:
        """Return the state of an entity that must exist."""
        entity = (await self.entities()).find(domain, key, channel)
        assert entity, f"there is no {domain} {key}"
        return await self.api.state(entity.entity_id)


@asynccontextmanager
async def running_demo(*options: str) -> AsyncIterator[Demo]:
    """Start a demo where nobody passes by on their own; it has to end without complaint."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.demo", "--json", "--still"),
        # Demos that start at once would all choose the usual port.
        *("--port", "0", *options),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        ready = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            api = Api(ready["home_assistant"], ready["token"], session)
            yield Demo(api, ready["cameras"][0])
    finally:
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


async def until[T](look: Callable[[], Awaitable[T | None]], seconds: float = 60.0) -> T:
    """Look again and again until what is seen is true, and return it."""
    async with asyncio.timeout(seconds):
        while not (seen := await look()):
            await asyncio.sleep(0.25)
    return seen
