"""Home Assistant's own interfaces, as its page uses them: HTTP and websocket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp

from .progress import DemoError

_ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Api:
    """One user's access."""

    url: str
    token: str
    session: aiohttp.ClientSession

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def request(self, method: str, path: str, document: Any = None) -> Any:
        """Return the JSON that a path answers with; raises DemoError for any other status."""
        async with self.session.request(
            method, self.url + path, json=document, headers=self._headers
        ) as response:
            if response.status >= 400:
                message = f"Home Assistant answers {response.status}: {await response.text()}"
                raise DemoError(message)
            return await response.json()

    async def fetch(self, path: str) -> bytes:
        """Return what a path delivers; raises DemoError where it does not."""
        async with self.session.get(self.url + path, headers=self._headers) as response:
            body = await response.read()
            if response.status != 200:
                message = f"{path} answers {response.status}"
                raise DemoError(message)
            return body

    async def state(self, entity_id: str) -> str:
        """Return an entity's state."""
        return str((await self.request("GET", f"/api/states/{entity_id}"))["state"])

    async def act(self, action: str, entity_id: str, **data: Any) -> None:
        """Perform an action, e.g. `switch.turn_on`, on an entity."""
        domain, _, service = action.partition(".")
        await self.request(
            "POST", f"/api/services/{domain}/{service}", {"entity_id": entity_id, **data}
        )

    @asynccontextmanager
    async def websocket(self) -> AsyncIterator[Commands]:
        """Open a websocket."""
        async with self.session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self.token})
            answer = await socket.receive_json()
            if answer["type"] != "auth_ok":
                message = "Home Assistant refuses the token"
                raise DemoError(message)
            yield Commands(socket)


class Commands:
    """Sends commands over a websocket, one after the other."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)

    async def send(self, command: str, **fields: Any) -> Any:
        """Return the result of a command; raises DemoError where it fails."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "type": command, **fields})
        async with asyncio.timeout(_ANSWER_SECONDS):
            while (answer := await self._socket.receive_json()).get("id") != number:
                continue
        if not answer["success"]:
            message = f"{command}: {answer['error']['message']}"
            raise DemoError(message)
        return answer["result"]


async def until[T](look: Callable[[], Awaitable[T]], seconds: float, what: str) -> T:
    """Look again and again until what is seen is true; raises DemoError when it never is."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        seen = await look()
        if seen:
            return seen
        if loop.time() > end:
            message = f"not within {seconds:.0f} s: {what}"
            raise DemoError(message)
        await asyncio.sleep(0.1)
