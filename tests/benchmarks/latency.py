"""How soon an event is a state, in Home Assistant, beside its own integration for such cameras.

Two real Home Assistants, alike but for the integration, listen to the same virtual camera; every
event reaches both. What is told is the time from the camera's write to the change of the state.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
import secrets
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import aiohttp

from tests.demo.api import Api, until
from tests.demo.cameras import Account, StagedCamera, staged_camera
from tests.demo.entities import registered
from tests.demo.home_assistant import free_port, home_assistant, prepare
from tests.demo.setup import add_camera

from .measure import Row

_BESIDE = "amcrest in Home Assistant"
_RATES = ((10.0, 150), (200.0, 1500))
_STATES = {"Start": "on", "Stop": "off"}
_MOTION = {"Id": [0], "RegionName": ["Drive"]}
_ARRIVAL_SECONDS = 20.0
_AMCREST = """
amcrest:
  - host: {account.host}
    port: {account.http}
    username: {account.username}
    password: "{account.password}"
    binary_sensors: [motion_detected]
"""


@dataclass
class Watched:
    """One entity, and when it took which state (wall clock, seconds)."""

    entity_id: str
    changes: list[tuple[str, float]] = field(default_factory=list)

    def delays(self, sent: Sequence[tuple[str, float]]) -> list[float]:
        """Return after how many milliseconds each event was shown, of those that were."""
        changes = iter(self.changes)
        change = next(changes, None)
        delays = []
        for state, sent_at in sent:
            if change and change[0] == state:
                delays.append((change[1] - sent_at) * 1e3)
                change = next(changes, None)
        return delays


async def measure() -> list[Row]:
    """Return the rows of both rates."""
    rows = []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dahua-camera-bench-")))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        opening = staged_camera(1, secrets.token_urlsafe(12), folder, session)
        camera = await stack.enter_async_context(opening)
        ours = await stack.enter_async_context(_ours(folder / "ours", camera.account, session))
        theirs = await stack.enter_async_context(_amcrest(folder / "amcrest", camera, session))
        # What is done for the first time takes longer, here as there.
        await _play(camera, 20.0, 40, (ours, theirs))
        for rate, count in _RATES:
            sent = await _play(camera, rate, count, (ours, theirs))
            rows += _rows(f"event to state, {rate:.0f}/s", ours.delays(sent), theirs.delays(sent))
            rows.append(Row(f"shown of {count}", len(ours.changes), "events"))
            rows.append(Row(f"shown of {count}, amcrest", len(theirs.changes), "events"))
    return rows


def _rows(name: str, ours: list[float], theirs: list[float]) -> list[Row]:
    middle, beside = median(ours), median(theirs)
    last, last_beside = quantiles(ours, n=100)[98], quantiles(theirs, n=100)[98]
    return [
        Row(name, middle, "ms", middle / beside, _BESIDE),
        Row(f"{name}, p99", last, "ms", last / last_beside, _BESIDE),
    ]


async def _play(
    camera: StagedCamera, rate: float, count: int, watched: Sequence[Watched]
) -> list[tuple[str, float]]:
    """Let motion begin and end in turn; return which state follows when it was sent."""
    for each in watched:
        each.changes.clear()
    loop = asyncio.get_running_loop()
    start = loop.time()
    sent = []
    for number in range(count):
        action = ("Start", "Stop")[number % 2]
        event = {"code": "VideoMotion", "action": action, "index": 1, "data": _MOTION}
        await asyncio.sleep(start + number / rate - loop.time())
        answer = await camera.request("POST", "/events", event)
        sent.append((_STATES[action], answer["sent_at"]))
    with suppress(TimeoutError):
        async with asyncio.timeout(_ARRIVAL_SECONDS):
            while any(len(each.changes) < count for each in watched):
                await asyncio.sleep(0.05)
    return sent


@asynccontextmanager
async def _ours(
    folder: Path, account: Account, session: aiohttp.ClientSession
) -> AsyncIterator[Watched]:
    async with _installation(folder, "", session) as api:
        await add_camera(api, account)
        motion = (await registered(api)).find("binary_sensor", "motion", 1)
        assert motion is not None
        async with _watching(api, motion.entity_id) as watched:
            yield watched


@asynccontextmanager
async def _amcrest(
    folder: Path, camera: StagedCamera, session: aiohttp.ClientSession
) -> AsyncIterator[Watched]:
    configuration = _AMCREST.format(account=camera.account)
    async with _installation(folder, configuration, session) as api:

        async def motion() -> str | None:
            states = await api.request("GET", "/api/states")
            names = (state["entity_id"] for state in states)
            return next((name for name in names if "motion_detected" in name), None)

        async def listens_as_well() -> bool:
            state = await camera.request("GET", "/state")
            return bool(state["connections_by_kind"]["event_stream"] == 2)

        entity_id = await until(motion, _ARRIVAL_SECONDS, "amcrest is set up")
        await until(listens_as_well, _ARRIVAL_SECONDS, "amcrest listens")
        assert entity_id is not None
        async with _watching(api, entity_id) as watched:
            yield watched


@asynccontextmanager
async def _installation(
    folder: Path, configuration: str, session: aiohttp.ClientSession
) -> AsyncIterator[Api]:
    """Run a Home Assistant with something more in its configuration."""
    url = _configure(folder, configuration)
    async with home_assistant(folder, url, session) as running:
        yield running.api


def _configure(folder: Path, configuration: str) -> str:
    """Prepare a folder; return the address that Home Assistant will have."""
    folder.mkdir()
    port = free_port(None)
    url = f"http://127.0.0.1:{port}"
    prepare(folder, url, port, [])
    with (folder / "configuration.yaml").open("a") as file:
        file.write(configuration)
    return url


@asynccontextmanager
async def _watching(api: Api, entity_id: str) -> AsyncIterator[Watched]:
    """Note every change of an entity's state, with the time that Home Assistant gives it."""
    watched = Watched(entity_id)
    async with api.session.ws_connect(f"{api.url}/api/websocket", max_msg_size=0) as socket:
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": api.token})
        await socket.receive_json()
        subscription = {"id": 1, "type": "subscribe_events", "event_type": "state_changed"}
        await socket.send_json(subscription)
        await socket.receive_json()
        reading = asyncio.create_task(_read(socket, watched))
        try:
            yield watched
        finally:
            reading.cancel()


async def _read(socket: aiohttp.ClientWebSocketResponse, watched: Watched) -> None:
    async for message in socket:
        answers = message.json()
        for answer in answers if isinstance(answers, list) else [answers]:
            event = answer.get("event", {})
            data = event.get("data", {})
            if data.get("entity_id") == watched.entity_id and data["new_state"]:
                at = datetime.fromisoformat(event["time_fired"]).timestamp()
                watched.changes.append((data["new_state"]["state"], at))
