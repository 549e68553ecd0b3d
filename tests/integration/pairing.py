"""Two sensors that work as one, and what Home Assistant is told of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from tests.integration.helpers import entity_id, entry_for, until
from tests.virtual_camera import VirtualCamera

PACKAGE = "custom_components.dahua_camera"
WIDE, TIGHT = 1, 0
PAIRING = {"spotter": WIDE, "identifier": TIGHT, "time_out": 6}
PREPARED = {"light": "warm_light", "shutter": "1/1000", "image_profile": "night", "zoom": 20}
SPEED = 6


class Witness:
    """Remembers every capture that Home Assistant is told of."""

    def __init__(self, hass: HomeAssistant, camera: VirtualCamera) -> None:
        self.captures: list[dict[str, Any]] = []
        self._target = entity_id(hass, "event", f"{camera.serial}_capture")
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._note)

    @callback
    def _note(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is None or event.data["entity_id"] != self._target:
            return
        if state.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
            return
        told = dict(state.attributes)
        if told["id"] not in [capture["id"] for capture in self.captures]:
            self.captures.append(told)

    @property
    def types(self) -> list[str]:
        return [capture["event_type"] for capture in self.captures]

    @property
    def plates(self) -> list[str | None]:
        return [capture.get("plate") for capture in self.captures]


@asynccontextmanager
async def paired(
    hass: HomeAssistant, camera: VirtualCamera, **options: Any
) -> AsyncIterator[tuple[MockConfigEntry, Witness]]:
    """Set up a camera whose sensors work as one."""
    camera.machine.lenses[TIGHT]._full_travel = 0.2
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"spotter": PAIRING | options})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    yield entry, Witness(hass, camera)
    assert await hass.config_entries.async_unload(entry.entry_id)


def settings(camera: VirtualCamera) -> dict[str, Any]:
    """Return all that a preparation may touch: tables, and where the lens goes."""
    tables = ("Lighting_V2", "VideoInMode", "VideoInExposure")
    store = camera.machine.store
    kept: dict[str, Any] = {key: value for table in tables for key, value in store.under(table)}
    return kept | {"zoom": round(camera.machine.lenses[TIGHT]._zoom.end, 2)}
