"""One camera in one real Home Assistant, for what an owner does with it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from tests.demo.api import Api
from tests.demo.cameras import StagedCamera
from tests.demo.entities import Entities, registered
from tests.demo.setup import add_camera

from .cameras import Cameras, opened_cameras
from .installations import installation


@dataclass(frozen=True, slots=True)
class Household:
    """A camera that has been added, and the entities that it has."""

    api: Api
    cameras: Cameras
    entities: Entities

    @property
    def camera(self) -> StagedCamera:
        """The only camera."""
        return self.cameras.all[0]

    def entity(self, domain: str, key: str, channel: int) -> str:
        """Return the id of an entity that must be there."""
        found = self.entities.find(domain, key, channel)
        assert found, f"there is no {domain} {key}"
        return found.entity_id


@asynccontextmanager
async def household() -> AsyncIterator[Household]:
    """Start everything and add the camera."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dahua-camera-bench-")))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        opening = opened_cameras(1, folder, session, "--still-seconds", "0.05")
        cameras = await stack.enter_async_context(opening)
        place = folder / "home-assistant"
        running = await stack.enter_async_context(installation(place, session))
        await add_camera(running.api, cameras.all[0].account)
        yield Household(running.api, cameras, await registered(running.api))
