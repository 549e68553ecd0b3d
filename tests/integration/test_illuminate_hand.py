"""A hand on what is lit for a time wins."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera.dahua.layers import Subject
from custom_components.dahua_camera.dahua.state import Emitter, Shutter
from custom_components.dahua_camera.preparation import Preparation
from custom_components.dahua_camera.temporary import Purpose
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.integration.helpers import call, entity_id, state_of, until
from tests.integration.illumination import illuminate, load, settings
from tests.virtual_camera import VirtualCamera


def row_of(camera: VirtualCamera, light_type: str) -> dict[str, str]:
    """Return how a light of the first sensor is set by night."""
    store = camera.machine.store
    rows = (f"Lighting_V2[0][1][{index}]" for index in range(store.count("Lighting_V2[0][1]")))
    [row] = (row for row in rows if store.text(f"{row}.LightType") == light_type)
    return dict(store.under(row))


@pytest.mark.parametrize(
    ("action", "platform", "key", "data"),
    [
        ("switch.turn_on", "switch", "warm_light", {}),
        ("switch.turn_off", "switch", "warm_light", {}),
        ("select.select_option", "select", "warm_light_control", {"option": "off"}),
        ("number.set_value", "number", "warm_light_brightness", {"value": 10}),
    ],
)
async def test_hand_in_between_wins(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    action: str,
    platform: str,
    key: str,
    data: dict[str, Any],
) -> None:
    await illuminate(hass, camera, 1, duration=1)
    await call(hass, action, entity_id(hass, platform, f"{camera.serial}_1_{key}"), **data)
    chosen = settings(camera)
    assert not entry.runtime_data.temporary.held
    assert not entry.runtime_data.temporary._timers
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2))
    await hass.async_block_till_done()
    assert settings(camera) == chosen


@pytest.mark.parametrize("shutter", [None, Shutter.S_1000])
async def test_hand_in_the_moment_in_which_the_light_is_lit_wins(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    shutter: Shutter | None,
) -> None:
    temporary = entry.runtime_data.temporary
    is_noting, may_go_on = asyncio.Event(), asyncio.Event()
    save = temporary._save

    async def save_slowly() -> None:
        if temporary._sensors[1].is_held(Purpose.CAPTURE, Subject.WARM_LIGHT):
            is_noting.set()
            await may_go_on.wait()
        await save()

    monkeypatch.setattr(temporary, "_save", save_slowly)
    wanted = Preparation(light=Emitter.WARM, shutter=shutter)
    lighting = asyncio.create_task(temporary.hold(1, Purpose.CAPTURE, wanted, timedelta(seconds=1)))
    await is_noting.wait()
    switch = f"{camera.serial}_1_warm_light"
    await call(hass, "switch.turn_off", entity_id(hass, "switch", switch))
    may_go_on.set()
    await lighting
    assert camera.channels[1].leds["warm"] == 0
    assert state_of(hass, "switch", switch).state == "off"
    await until(lambda: not temporary.held)
    assert camera.channels[1].leds["warm"] == 0


@pytest.mark.parametrize("action", ["turn_on", "turn_off"])
async def test_hand_that_fails_does_not_leave_the_light_on(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, action: str
) -> None:
    before = settings(camera)
    await illuminate(hass, camera, 1, duration=2)
    switch = entity_id(hass, "switch", f"{camera.serial}_1_warm_light")
    camera.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=503, body="")
    with pytest.raises(HomeAssistantError):
        await call(hass, f"switch.{action}", switch)
    camera.clear_fault("refuse")
    assert camera.channels[1].leds["warm"] == 100
    await until(lambda: settings(camera) == before)


@pytest.mark.parametrize("variant", ["mfw7442k1", "mfw7442k1+lighting_scheme"])
@pytest.mark.parametrize(
    ("action", "platform", "key", "data"),
    [
        ("switch.turn_off", "switch", "infrared", {}),
        ("select.select_option", "select", "infrared_control", {"option": "manual"}),
        ("number.set_value", "number", "infrared_brightness", {"value": 30}),
    ],
)
async def test_hand_on_the_other_light_does_not_leave_the_first_on(
    hass: HomeAssistant,
    socket_enabled: None,
    variant: str,
    action: str,
    platform: str,
    key: str,
    data: dict[str, Any],
) -> None:
    async with VirtualCamera(variant) as camera:
        camera.scene.darkness = 1.0
        entry = await load(hass, camera)
        before = camera.channels[0].leds["warm"]
        await illuminate(hass, camera, 0, brightness=80, duration=2)
        target = entity_id(hass, platform, f"{camera.serial}_0_{key}")
        with suppress(HomeAssistantError):
            # Where the scheme lets it have no effect, that is told.
            await call(hass, action, target, **data)
        assert camera.channels[0].leds["warm"] == 80
        infrared = row_of(camera, "InfraredLight")
        await until(lambda: camera.channels[0].leds["warm"] == before)
        assert row_of(camera, "InfraredLight") == infrared
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_change_on_the_camera_itself_is_left_alone(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await illuminate(hass, camera, 1, brightness=80, duration=1)
    camera.machine.store.put("Lighting_V2[1][1][0].Mode", "Auto")
    await until(lambda: not entry.runtime_data.temporary.held)
    assert camera.machine.store.text("Lighting_V2[1][1][0].Mode") == "Auto"
    assert camera.machine.store.text("Lighting_V2[1][0][0].Mode") == "Off"
