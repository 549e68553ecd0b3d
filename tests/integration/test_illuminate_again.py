"""Light for a time that several ask for burns for as long as any of them wants."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.dahua.state import Emitter
from custom_components.dahua_camera.preparation import Preparation
from custom_components.dahua_camera.temporary import Purpose
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.integration.helpers import until
from tests.integration.illumination import illuminate, load, pass_time, settings
from tests.virtual_camera import VirtualCamera


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
