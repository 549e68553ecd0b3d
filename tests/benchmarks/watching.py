"""What a Home Assistant tells of its states, kept as it comes and understood afterwards."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from time import time
from typing import Any

import aiohttp

from tests.demo.api import Api


@dataclass(frozen=True, slots=True)
class Taken:
    """A state, when it was taken and when a page knew (wall clock, seconds)."""

    state: str
    at: float
    told: float


@dataclass(frozen=True, slots=True)
class Delay:
    """After how many milliseconds an event was a state, and after how many a page knew."""

    to_state: float
    to_page: float


class Watch:
    """Every change of a state since it was last cleared."""

    def __init__(self) -> None:
        self._messages: list[tuple[float, str]] = []

    def take(self, message: str) -> None:
        """Note a message; understanding it would cost time that something else is measured in."""
        self._messages.append((time(), message))

    def clear(self) -> None:
        """Start anew."""
        self._messages.clear()

    def mentions(self, entity_id: str) -> int:
        """Return how often an entity was told of, cheaply."""
        quoted = f'"{entity_id}"'
        return sum(message.count(quoted) for _, message in self._messages)

    def writes(self) -> Counter[str]:
        """Return how often each entity's state was written."""
        return Counter(entity_id for _, entity_id, _ in self._changes())

    def taken(self, entity_id: str) -> list[Taken]:
        """Return which states an entity took, and when."""
        return [
            Taken(added["s"], added["lc"], told)
            for told, changed, added in self._changes()
            if changed == entity_id and "s" in added
        ]

    def _changes(self) -> Iterator[tuple[float, str, dict[str, Any]]]:
        for told, message in self._messages:
            answers = json.loads(message)
            for answer in answers if isinstance(answers, list) else [answers]:
                for entity_id, change in answer.get("event", {}).get("c", {}).items():
                    yield told, entity_id, change.get("+", {})


def delays(sent: Sequence[tuple[str, float]], taken: Sequence[Taken]) -> list[Delay]:
    """Return how long each event took to be a state, of those that became one."""
    changes = iter(taken)
    change = next(changes, None)
    found = []
    for state, sent_at in sent:
        if change and change.state == state:
            found.append(Delay((change.at - sent_at) * 1e3, (change.told - sent_at) * 1e3))
            change = next(changes, None)
    return found


@asynccontextmanager
async def watching(api: Api) -> AsyncIterator[Watch]:
    """Listen to all states over a websocket, as the page in the browser does."""
    watch = Watch()
    async with api.session.ws_connect(f"{api.url}/api/websocket", max_msg_size=0) as socket:
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": api.token})
        await socket.receive_json()
        coalesce = {"id": 1, "type": "supported_features", "features": {"coalesce_messages": 1}}
        await socket.send_json(coalesce)
        await socket.receive_json()
        await socket.send_json({"id": 2, "type": "subscribe_entities"})
        await socket.receive_json()
        reading = asyncio.create_task(_read(socket, watch))
        try:
            yield watch
        finally:
            reading.cancel()


async def _read(socket: aiohttp.ClientWebSocketResponse, watch: Watch) -> None:
    async for message in socket:
        watch.take(message.data)
