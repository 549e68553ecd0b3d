"""The cameras that the demo shows: virtual ones that it starts, or one that the user has."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import secrets
from typing import Any

import aiohttp

from .process import running
from .progress import DemoError

_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Account:
    """Where a camera is and how to log in; a port that is None is the usual one."""

    host: str
    username: str
    password: str
    http: int | None = None
    rtsp: int | None = None


@dataclass(frozen=True, slots=True)
class StagedCamera:
    """A virtual camera: its account, and its control side."""

    account: Account
    serial: str
    control: int
    session: aiohttp.ClientSession

    @property
    def ports(self) -> dict[str, int | None]:
        """The ports as the ready line tells them."""
        return {"http": self.account.http, "rtsp": self.account.rtsp, "control": self.control}

    async def request(self, method: str, path: str, document: Any = None) -> Any:
        """Ask the control side; raises DemoError where it refuses."""
        url = f"http://127.0.0.1:{self.control}{path}"
        async with self.session.request(method, url, json=document) as response:
            answer = await response.json()
            if response.status != 200:
                message = f"the virtual camera refuses {method} {path}: {answer}"
                raise DemoError(message)
            return answer

    async def darken(self, darkness: float) -> None:
        """Set how dark it is, 0 (noon) to 1 (night); the clock stays right."""
        await self.request("PATCH", "/scene", {"darkness": darkness})

    async def play(self, scenario: str) -> float:
        """Let somebody pass by; returns how many seconds that takes."""
        return float((await self.request("POST", "/scenario", {"name": scenario}))["seconds"])

    async def leds(self, channel: int) -> dict[str, int]:
        """Return at which levels the LEDs of a channel burn, 0 to 100."""
        leds: dict[str, int] = (await self.request("GET", "/state"))["channels"][channel]["leds"]
        return leds


@asynccontextmanager
async def staged_camera(
    number: int, profile: str, folder: Path, session: aiohttp.ClientSession
) -> AsyncIterator[StagedCamera]:
    """Start a virtual camera with a password of its own; `number` counts from 1."""
    serial, password = f"9C0A11BPAZ{number:05d}", secrets.token_urlsafe(12)
    arguments = ["-m", "tests.demo.virtual_camera", "--profile", profile]
    # The equals sign, because a password may begin with a hyphen.
    arguments += ["--serial", serial, f"--password={password}"]
    if number > 1:
        arguments += ["--titles", f"Gate {number}", f"Driveway {number}"]
    log = folder / f"virtual-camera-{number}.log"
    async with running(arguments, log=log) as process:
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_START_SECONDS):
                ready = await process.stdout.readline()
            ports = json.loads(ready)
        except (TimeoutError, ValueError) as error:
            message = f"the virtual camera did not start:\n{log.read_text()[-2000:]}"
            raise DemoError(message) from error
        account = Account("127.0.0.1", "admin", password, ports["http"], ports["rtsp"])
        yield StagedCamera(account, serial, ports["control"], session)
