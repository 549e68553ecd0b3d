"""Random passers-by before a pair of sensors, now and then in bad weather."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from custom_components.dahua_camera.capture_store import capture_folder
from homeassistant.core import HomeAssistant
from tests.integration.helpers import until
from tests.integration.pairing import PREPARED, paired, settings
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("hurried_pairing", "plain_pictures")

_EXPECTED = {
    "car_passes": ("plate", "AB123CD"),
    "car_leaves": ("plate", "HHXY904"),
    "person_crosses": ("person", None),
    "person_returns": ("person", None),
    "bicycle_passes": ("person", None),
    "cat_wanders": ("unidentified", None),
    "motion_wide": ("unidentified", None),
}
_WEATHER: tuple[tuple[str, dict[str, Any]], ...] = (
    ("split_stream", {"bytes": 20}),
    ("garbage_stream", {}),
    ("slow", {"seconds": 0.1, "path": "configManager"}),
    ("flood", {"events_per_second": 100.0}),
)


class Passages:
    """Random passers-by before a camera, now and then in bad weather."""

    def __init__(self, camera: VirtualCamera, random: Random) -> None:
        self._camera = camera
        self._random = random

    async def pass_by(self) -> tuple[str, str | None]:
        """Let somebody pass; return what they must be captured as."""
        name, parameters = self._random.choice(_WEATHER)
        is_bad = self._random.random() < 0.3
        if is_bad:
            self._camera.set_fault(name, **parameters)
        self._camera.scene.darkness = self._random.choice((0.0, 0.5, 1.0))
        scenario = self._random.choice(list(_EXPECTED))
        await self._camera.scenario(scenario, speed=self._random.uniform(5, 10))
        if is_bad:
            self._camera.clear_fault(name)
        return _EXPECTED[scenario]


def _batches() -> Iterator[tuple[int, dict[str, Any]]]:
    yield 1, {}
    yield 2, {"light": "infrared"}
    yield 3, PREPARED
    yield 4, {"light": "warm_light", "trigger": "motion", "cool_down": 60}
    yield 5, {"image_profile": "day", "shutter": "1/250"}


@pytest.mark.parametrize(("seed", "options"), _batches())
async def test_random_passers_by_are_captured_rightly_and_once(
    hass: HomeAssistant, camera: VirtualCamera, seed: int, options: dict[str, Any]
) -> None:
    random, expected = Random(seed), []
    async with paired(hass, camera, **options) as (entry, witness):
        before = settings(camera)
        passages = Passages(camera, random)
        for _ in range(10):
            expected.append(await passages.pass_by())
            await until(lambda: len(witness.captures) >= len(expected))
        captured = [(each["event_type"], each.get("plate")) for each in witness.captures]
        assert captured == expected
        await until(lambda: not entry.runtime_data.temporary.held)
        assert settings(camera) == before
        folder = capture_folder(hass, entry.entry_id)
        kept = await hass.async_add_executor_job(folder.ids)
        assert len(set(kept)) == len(expected)
