"""Those who speak with the camera: a client, its answers and its event stream."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import re
from typing import Any

import aiohttp

from tests.virtual_camera import VirtualCamera

type StartCamera = Callable[..., Awaitable[VirtualCamera]]
type StartClient = Callable[..., Client]
type Attach = Callable[..., Awaitable[EventReader]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def values(self) -> dict[str, str]:
        """The `key=value` lines."""
        lines = self.text.split("\r\n")
        return dict(line.split("=", 1) for line in lines if "=" in line)


class Client:
    """One user with one connection and a digest login."""

    def __init__(self, camera: VirtualCamera, password: str | None = None) -> None:
        self.camera = camera
        login = aiohttp.DigestAuthMiddleware(camera.username, password or camera.password)
        patience = aiohttp.ClientTimeout(total=20)
        self.session = aiohttp.ClientSession(middlewares=(login,), timeout=patience)

    def url(self, target: str) -> str:
        """Return the address of a target on this camera."""
        return f"http://127.0.0.1:{self.camera.http_port}{target}"

    async def get(self, target: str) -> Answer:
        """Ask for a target below `/cgi-bin/`, or for one that starts with a slash."""
        path = target if target.startswith("/") else f"/cgi-bin/{target}"
        async with self.session.get(self.url(path)) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, await response.read(), headers)

    async def config(self, *names: str) -> dict[str, str]:
        """Read tables; the keys come without `table.`."""
        query = "".join(f"&name={name}" for name in names)
        answer = await self.get(f"configManager.cgi?action=getConfig{query}")
        return {key.removeprefix("table."): value for key, value in answer.values.items()}

    async def set(self, *pairs: str) -> Answer:
        """Write `Key=value` pairs as they are."""
        return await self.get("configManager.cgi?action=setConfig&" + "&".join(pairs))

    async def control(self, method: str, path: str, document: Any = None) -> tuple[int, Any]:
        """Use the camera's control side."""
        url = f"http://127.0.0.1:{self.camera.control_port}{path}"
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, json=document) as response,
        ):
            return response.status, await response.json()


@dataclass(slots=True)
class EventReader:
    """One event stream, read as raw bytes."""

    response: aiohttp.ClientResponse
    data: bytes = b""

    async def until(self, wanted: bytes, count: int = 1) -> bytes:
        """Read on until something has come so many times; returns all there was so far."""
        async with asyncio.timeout(10):
            while self.data.count(wanted) < count:
                piece = await self.response.content.readany()
                assert piece, f"the stream ended before {wanted!r}"
                self.data += piece
        return self.data

    async def to_end(self) -> bytes:
        """Read until the camera closes the stream."""
        async with asyncio.timeout(10):
            while piece := await self.response.content.readany():
                self.data += piece
        return self.data

    @property
    def events(self) -> list[tuple[str, str, str]]:
        """Code, action and index of the events so far."""
        pattern = re.compile(rb"Code=(\w+);action=(\w+)(?:;index=(-?\d+))?")
        return [
            (match[1].decode(), match[2].decode(), (match[3] or b"").decode())
            for match in pattern.finditer(self.data)
        ]


async def until(condition: Callable[[], object]) -> None:
    """Wait until something has become true; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)
