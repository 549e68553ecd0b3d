"""Real Home Assistants that are alike but for what they follow the camera with."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import shutil

import aiohttp

from tests.demo.api import Api, until
from tests.demo.cameras import StagedCamera
from tests.demo.entities import registered
from tests.demo.home_assistant import Running, free_port, home_assistant, prepare
from tests.demo.setup import add_camera

FLOOR_COMPONENTS = Path(__file__).parent / "floor" / "custom_components"
_ARRIVAL_SECONDS = 20.0
_MOTION_CHANNEL = 1


@dataclass(frozen=True, slots=True)
class Installed:
    """A Home Assistant that shows a camera's motion by an entity."""

    running: Running
    motion: str


type Install = Callable[
    [Path, StagedCamera, aiohttp.ClientSession], AbstractAsyncContextManager[Installed]
]


@asynccontextmanager
async def installation(
    folder: Path,
    session: aiohttp.ClientSession,
    configuration: str = "",
    components: Path | None = None,
) -> AsyncIterator[Running]:
    """Run a Home Assistant with something more in its configuration, or other components."""
    with free_port(None) as port:
        url = f"http://127.0.0.1:{port}"
        _furnish(folder, url, port, configuration, components)
        async with home_assistant(folder, url, session) as running:
            yield running


def _furnish(
    folder: Path, url: str, port: int, configuration: str, components: Path | None
) -> None:
    """Prepare a folder for a Home Assistant at an address."""
    folder.mkdir()
    prepare(folder, url, port, [])
    with (folder / "configuration.yaml").open("a") as file:
        file.write(configuration)
    if components:
        (folder / "custom_components").unlink()
        shutil.copytree(components, folder / "custom_components")


@asynccontextmanager
async def ours(
    folder: Path, camera: StagedCamera, session: aiohttp.ClientSession
) -> AsyncIterator[Installed]:
    """Run a Home Assistant with this integration, set up as a user does."""
    async with installation(folder, session) as running:
        await add_camera(running.api, camera.account)
        motion = (await registered(running.api)).find("binary_sensor", "motion", _MOTION_CHANNEL)
        assert motion is not None
        yield Installed(running, motion.entity_id)


@asynccontextmanager
async def floor(
    folder: Path,
    camera: StagedCamera,
    session: aiohttp.ClientSession,
    *,
    entities: bool = False,
) -> AsyncIterator[Installed]:
    """Run a Home Assistant with the least that shows motion, or that has the same entities."""
    account = camera.account
    settings = {
        "url": f"http://{account.host}:{account.http}",
        "username": account.username,
        "password": account.password,
        "entities": entities,
    }
    configuration = f"\nbench_floor: {json.dumps(settings)}\n"
    async with installation(folder, session, configuration, FLOOR_COMPONENTS) as running:
        await _listened_to(camera)
        yield Installed(running, "binary_sensor.motion")


@asynccontextmanager
async def amcrest(
    folder: Path, camera: StagedCamera, session: aiohttp.ClientSession
) -> AsyncIterator[Installed]:
    """Run a Home Assistant with its own integration for such cameras."""
    account = camera.account
    settings = {
        "host": account.host,
        "port": account.http,
        "username": account.username,
        "password": account.password,
        "binary_sensors": ["motion_detected"],
    }
    async with installation(folder, session, f"\namcrest: [{json.dumps(settings)}]\n") as running:
        motion = await until(
            lambda: _find(running.api, "motion_detected"), _ARRIVAL_SECONDS, "amcrest is set up"
        )
        assert motion is not None
        await _listened_to(camera)
        yield Installed(running, motion)


async def _find(api: Api, part: str) -> str | None:
    """Return the first entity whose name holds this."""
    names = (state["entity_id"] for state in await api.request("GET", "/api/states"))
    return next((name for name in names if part in name), None)


async def _listened_to(camera: StagedCamera) -> None:
    """Return when somebody follows the camera's events."""

    async def is_followed() -> bool:
        state = await camera.request("GET", "/state")
        return bool(state["connections_by_kind"]["event_stream"])

    await until(is_followed, _ARRIVAL_SECONDS, "the event stream is followed")
