"""The virtual cameras of the benchmarks, and what they are told to do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import secrets
from typing import Any

import aiohttp

from tests.demo.cameras import Account, StagedCamera
from tests.demo.process import running

_START_SECONDS = 120.0
_LONGEST_LINE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cameras:
    """Cameras that share a process, apart from everything that is measured."""

    all: tuple[StagedCamera, ...]
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    async def play(self, rate: float, count: int, numbers: Sequence[int]) -> list[list[float]]:
        """Let motion begin and end in turn before some of the cameras, `rate` a second before each.

        Returns, camera by camera, the wall clock when each event was written.
        """
        wish = {"cameras": list(numbers), "rate": rate, "count": count}
        self._writer.write(json.dumps(wish).encode() + b"\n")
        written: list[list[float]] = json.loads(await self._reader.readline())
        return written

    async def requests(self, number: int) -> list[dict[str, Any]]:
        """Return what a camera was asked for since the last call."""
        asked: list[dict[str, Any]] = await self.all[number].request("GET", "/requests")
        await self.all[number].request("DELETE", "/requests")
        return asked


@asynccontextmanager
async def opened_cameras(
    count: int, folder: Path, session: aiohttp.ClientSession, *more: str, first: int = 1
) -> AsyncIterator[Cameras]:
    """Open cameras, the dual-sensor ones; `more` goes to their process."""
    password = secrets.token_urlsafe(12)
    arguments = ["-m", "tests.benchmarks.cameras_process", "--password", password]
    arguments += ["--count", str(count), "--first", str(first), *more]
    async with running(arguments, log=folder / "cameras.log") as process:
        assert process.stdout is not None
        async with asyncio.timeout(_START_SECONDS):
            ready = json.loads(await process.stdout.readline())
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", ready["conductor"], limit=_LONGEST_LINE
        )
        staged = [
            StagedCamera(
                Account("127.0.0.1", "admin", password, ports["http"], ports["rtsp"]),
                f"9C0A11BPAZ{number:05d}",
                ports["control"],
                session,
            )
            for number, ports in enumerate(ready["cameras"], first)
        ]
        try:
            yield Cameras(tuple(staged), reader, writer)
        finally:
            writer.close()
