"""The action `illuminate`: light for a time, then everything as it was, whatever comes between."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
import voluptuous as vol

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.layers import Subject
from custom_components.dahua_camera.dahua.state import Emitter, Shutter
from custom_components.dahua_camera.preparation import Preparation
from custom_components.dahua_camera.temporary import Purpose
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from tests.integration.helpers import call, entity_id, entry_for, follow_day, state_of, until
from tests.virtual_camera import VirtualCamera

LIGHT_TABLES = ("Lighting_V2", "LightingScheme")


def settings(camera: VirtualCamera) -> dict[str, str]:
    """Return all that a light depends on, as the camera stores it."""
    store = camera.machine.store
    return {
        key: value for table in LIGHT_TABLES if table in store for key, value in store.under(table)
    }


def row_of(camera: VirtualCamera, light_type: str) -> dict[str, str]:
    """Return how a light of the first sensor is set by night."""
    store = camera.machine.store
    rows = (f"Lighting_V2[0][1][{index}]" for index in range(store.count("Lighting_V2[0][1]")))
    [row] = (row for row in rows if store.text(f"{row}.LightType") == light_type)
    return dict(store.under(row))


async def illuminate(hass: HomeAssistant, camera: VirtualCamera, channel: int, **data: Any) -> None:
    target = entity_id(hass, "camera", f"{camera.serial}_{channel}_main")
    await call(hass, f"{DOMAIN}.illuminate", target, **data)


async def pass_time(hass: HomeAssistant, seconds: float) -> None:
    """Let what is due in some seconds happen now, as far as it happens at once."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await asyncio.sleep(0.2)


async def load(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


@pytest.mark.parametrize("variant", ["mfw7442k1", "mfw7442k1+lighting_scheme+near_far_lights"])
@pytest.mark.parametrize(
    ("channel", "light", "lamp"),
    [(0, "warm_light", "warm"), (0, "infrared", "infrared"), (1, "warm_light", "warm")],
)
async def test_light_burns_for_its_time_and_everything_goes_back(
    hass: HomeAssistant,
    socket_enabled: None,
    variant: str,
    channel: int,
    light: str,
    lamp: str,
) -> None:
    async with VirtualCamera(variant) as camera:
        entry = await load(hass, camera)
        before = settings(camera)
        await illuminate(hass, camera, channel, light=light, brightness=80, duration=1)
        assert camera.channels[channel].leds[lamp] == 80
        assert state_of(hass, "switch", f"{camera.serial}_{channel}_{light}").state == "on"
        await until(lambda: settings(camera) == before)
        await until(
            lambda: (
                state_of(hass, "switch", f"{camera.serial}_{channel}_{light}").state
                == ("unknown" if light == "infrared" else "off")
            )
        )
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_light_goes_back_after_a_restart_in_between(
    hass: HomeAssistant, camera: VirtualCamera, hass_storage: dict[str, Any]
) -> None:
    entry = await load(hass, camera)
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=1)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert camera.channels[0].leds["warm"] == 100
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: settings(camera) == before)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_light_of_a_camera_that_is_removed_goes_back(
    hass: HomeAssistant, camera: VirtualCamera, hass_storage: dict[str, Any]
) -> None:
    entry = await load(hass, camera)
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=600)
    assert camera.channels[0].leds["warm"] == 100
    await hass.config_entries.async_remove(entry.entry_id)
    assert settings(camera) == before
    assert not [key for key in hass_storage if entry.entry_id in key]


async def test_camera_that_has_got_the_address_of_a_removed_one_is_left_alone(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = await load(hass, camera)
    await illuminate(hass, camera, 0, duration=600)
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    assert not await hass.config_entries.async_reload(entry.entry_id)
    lit = settings(camera)
    await hass.config_entries.async_remove(entry.entry_id)
    assert settings(camera) == lit


async def test_camera_that_is_away_can_be_removed_although_it_is_lit(
    hass: HomeAssistant, camera: VirtualCamera, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await load(hass, camera)
    await illuminate(hass, camera, 0, duration=600)
    camera.set_fault("refuse", path="/cgi-bin/", status=503, body="")
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)
    assert "is left as it was set for a time" in caplog.text


async def test_light_of_a_camera_that_is_switched_off_goes_back(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = await load(hass, camera)
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=600)
    disabled = ConfigEntryDisabler.USER
    assert await hass.config_entries.async_set_disabled_by(entry.entry_id, disabled)
    assert settings(camera) == before


async def test_light_burns_on_when_a_schedule_changes_the_profile(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    follow_day(camera)
    camera.machine.clock.set(datetime(2026, 1, 5, 12))
    entry = await load(hass, camera)
    before = settings(camera)
    await illuminate(hass, camera, 0, brightness=80, duration=600)
    camera.machine.clock.set(datetime(2026, 1, 5, 20))
    assert camera.channels[0].live_profile == 1
    assert camera.channels[0].leds["warm"] == 80
    await entry.runtime_data.temporary.end(0, Purpose.ILLUMINATION)
    assert settings(camera) == before
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_is_reloaded_while_it_is_being_lit_goes_back(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await load(hass, camera)
    before = settings(camera)
    temporary = entry.runtime_data.temporary
    save = temporary._save

    async def save_and_unload() -> None:
        await save()
        assert await hass.config_entries.async_unload(entry.entry_id)

    monkeypatch.setattr(temporary, "_save", save_and_unload)
    with pytest.raises(HomeAssistantError):
        await illuminate(hass, camera, 0, duration=1)
    assert not temporary._timers
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: not entry.runtime_data.temporary.held)
    assert settings(camera) == before
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(("first", "second"), [(10, 600), (600, 10)])
async def test_second_call_extends_the_first_and_never_shortens_it(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, first: int, second: int
) -> None:
    before = settings(camera)
    await illuminate(hass, camera, 1, brightness=30, duration=first)
    await illuminate(hass, camera, 1, brightness=60, duration=second)
    assert camera.channels[1].leds["warm"] == 60
    await pass_time(hass, 60)
    assert camera.channels[1].leds["warm"] == 60
    await pass_time(hass, 660)
    await until(lambda: settings(camera) == before)


async def test_call_that_extends_the_first_as_that_ends_is_not_lost(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = settings(camera)
    temporary = entry.runtime_data.temporary
    preview = temporary._camera.preview

    async def take_until_the_first_is_over(*what: Any) -> Any:
        await until(lambda: not temporary._timers)
        return await preview(*what)

    await illuminate(hass, camera, 1, duration=1)
    monkeypatch.setattr(temporary._camera, "preview", take_until_the_first_is_over)
    await illuminate(hass, camera, 1, duration=600)
    async with temporary._locks[1]:
        assert camera.channels[1].leds["warm"] == 100
    await temporary.end(1, Purpose.ILLUMINATION)
    assert settings(camera) == before


async def test_call_that_is_cancelled_leaves_nothing_lit_for_ever(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = settings(camera)
    temporary = entry.runtime_data.temporary
    await illuminate(hass, camera, 1, duration=60)
    is_saving = asyncio.Event()

    async def save_for_long() -> None:
        is_saving.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patched:
        patched.setattr(temporary, "_save", save_for_long)
        call_ = asyncio.create_task(illuminate(hass, camera, 1, brightness=60, duration=600))
        await is_saving.wait()
        call_.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call_
    await pass_time(hass, 660)
    await until(lambda: settings(camera) == before)


async def test_calls_that_fail_do_not_leave_the_first_on(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    before = settings(camera)
    await illuminate(hass, camera, 1, brightness=100, duration=600)
    camera.set_fault("refuse", path="action=setConfig", status=500, body="")
    for brightness in (60, 30):
        with pytest.raises(HomeAssistantError):
            await illuminate(hass, camera, 1, brightness=brightness, duration=600)
    camera.clear_fault("refuse")
    assert camera.channels[1].leds["warm"] == 100
    await pass_time(hass, 660)
    await until(lambda: settings(camera) == before)


@pytest.mark.parametrize("first", list(Purpose))
async def test_light_that_two_want_burns_until_both_have_done(
    hass: HomeAssistant, socket_enabled: None, first: Purpose
) -> None:
    async with VirtualCamera("mfw7442k1+lighting_scheme") as camera:
        entry = await load(hass, camera)
        before = settings(camera)
        temporary = entry.runtime_data.temporary
        [second] = set(Purpose) - {first}
        for purpose in (first, second):
            wanted = Preparation(light=Emitter.WARM, level=100)
            await temporary.hold(0, purpose, wanted, timedelta(minutes=10))
        await temporary.end(0, first)
        assert camera.channels[0].leds["warm"] == 100
        await temporary.end(0, second)
        assert settings(camera) == before
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_other_light_on_the_same_sensor_goes_back_to_what_was_first(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    before = settings(camera)
    await illuminate(hass, camera, 0, light="warm_light", duration=60)
    await illuminate(hass, camera, 0, light="infrared", duration=600)
    await pass_time(hass, 660)
    await until(lambda: settings(camera) == before)


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


async def test_camera_that_is_away_at_the_end_is_put_back_when_it_returns(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "custom_components.dahua_camera.temporary._TRY_AGAIN", timedelta(seconds=0.2)
    )
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=1)
    camera.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=503, body="")
    temporary = entry.runtime_data.temporary
    await until(lambda: not temporary._timers)
    await until(lambda: temporary._timers)
    assert settings(camera) != before
    camera.clear_fault("refuse")
    await until(lambda: settings(camera) == before)


async def test_camera_that_does_not_take_back_what_it_had_is_seldom_asked(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=1)
    temporary = entry.runtime_data.temporary
    camera.set_fault("ignore_writes")
    camera.requests.clear()
    await until(lambda: any("setConfig" in request["target"] for request in camera.requests))
    await until(lambda: temporary._timers and not temporary._locks[0].locked())
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=5))
    assert temporary._timers, "it is not tried again yet"
    camera.clear_fault("ignore_writes")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=11))
    await until(lambda: settings(camera) == before)


async def test_target_without_the_light_is_refused(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError, match="has this light"):
        await illuminate(hass, camera, 1, light="infrared", duration=1)
    with pytest.raises(ServiceValidationError, match="has this light"):
        await call(hass, f"{DOMAIN}.illuminate", "camera.nobody", duration=1)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"duration": 0},
        {"duration": "forever"},
        {"duration": 1, "brightness": 0},
        {"duration": 1, "brightness": 101},
        {"duration": 1, "light": "laser"},
        {"duration": 100_000},
    ],
)
async def test_nonsense_is_refused(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, data: dict[str, Any]
) -> None:
    before = settings(camera)
    with pytest.raises(vol.Invalid):
        await illuminate(hass, camera, 0, **data)
    assert settings(camera) == before


async def test_camera_that_is_away_does_not_leave_the_others_dark(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with VirtualCamera("single_infrared") as one, VirtualCamera("dual_turret") as other:
        entries = [await load(hass, camera) for camera in (one, other)]
        targets = [entity_id(hass, "camera", f"{camera.serial}_0_main") for camera in (one, other)]
        data = {"entity_id": targets, "light": "infrared", "brightness": 80, "duration": 600}
        # In whichever order they are lit, one of the two comes first.
        for away, there in ((one, other), (other, one)):
            away.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=503, body="")
            with pytest.raises(HomeAssistantError):
                await hass.services.async_call(DOMAIN, "illuminate", data, blocking=True)
            assert there.channels[0].leds["infrared"] == 80
            away.clear_fault("refuse")
        for entry in entries:
            assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_ignores_the_light_is_an_error(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("ignore_writes", table="Lighting_V2")
    with pytest.raises(HomeAssistantError, match="left Lighting_V2"):
        await illuminate(hass, camera, 0, duration=600)
