"""What an event is about is on the page first; what else follows from it holds nothing up."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.dahua_camera import detection_hub
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from tests.integration.helpers import entity_id, state_of, until
from tests.virtual_camera import VirtualCamera

_MOTION = {"Id": [0], "RegionName": ["Drive"]}


async def test_page_knows_of_motion_before_the_rest_is_written(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    camera: VirtualCamera,
    entry: MockConfigEntry,
) -> None:
    page = await hass_ws_client(hass)
    await page.send_json_auto_id({"type": "subscribe_entities"})
    for _ in ("done", "all states"):
        await page.receive_json()
    coalesce = {"type": "supported_features", "features": {"coalesce_messages": 1}}
    await page.send_json_auto_id(coalesce)
    assert (await page.receive_json())["success"]
    serial = camera.serial
    motion = entity_id(hass, "binary_sensor", f"{serial}_1_motion")
    rest = {
        entity_id(hass, "binary_sensor", f"{serial}_1_region_0"),
        entity_id(hass, "event", f"{serial}_1_detection"),
    }
    await camera.emit("VideoMotion", "Start", 1, _MOTION)
    told: list[set[str]] = []
    while not rest <= set().union(*told):
        told.append(_changed(await page.receive_json()))
    assert motion in told[0]
    assert not rest & told[0]


def _changed(message: Any) -> set[str]:
    """Return the entities that a message to a page tells of; several may come as one."""
    messages = message if isinstance(message, list) else [message]
    return {name for each in messages for name in each["event"].get("c", {})}


async def test_events_that_come_at_once_lose_nothing(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    region = entity_id(hass, "binary_sensor", f"{camera.serial}_1_region_0")
    seen: list[str] = []

    @callback
    def see(event: Event[EventStateChangedData]) -> None:
        assert event.data["new_state"]
        seen.append(event.data["new_state"].state)

    async_track_state_change_event(hass, region, see)
    for _ in range(20):
        await camera.emit("VideoMotion", "Start", 1, _MOTION)
        await camera.emit("VideoMotion", "Stop", 1, _MOTION)
    await until(lambda: len(seen) == 40)
    assert seen == ["on", "off"] * 20


async def test_what_fails_in_the_rest_costs_no_other_event(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(detection_hub, "sighting_of", fail)
    await camera.emit("VideoMotion", "Start", 1, _MOTION)
    await camera.emit("CrossLineDetection", "Start", 0, {"Name": "Gate line", "RuleID": 4})
    await until(lambda: state_of(hass, "binary_sensor", f"{camera.serial}_0_rule_4").state == "on")
    assert "Unexpected error in an event listener" in caplog.text
    assert state_of(hass, "binary_sensor", f"{camera.serial}_1_motion").state == "on"
    # The next one tells in full again.
    monkeypatch.undo()
    await camera.emit("VideoMotion", "Stop", 1, _MOTION)
    await until(
        lambda: state_of(hass, "binary_sensor", f"{camera.serial}_1_region_0").state == "off"
    )
