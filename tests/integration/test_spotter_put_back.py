"""What is prepared for a capture is put back, whatever comes between."""

import pytest

from custom_components.dahua_camera.capture_store import capture_folder
from homeassistant.core import HomeAssistant
from tests.integration.helpers import call, entity_id, state_of, until
from tests.integration.pairing import PREPARED, SPEED, TIGHT, WIDE, paired, settings
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("hurried_pairing", "plain_pictures")


async def test_everything_that_was_prepared_is_put_back(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera, **PREPARED) as (entry, witness):
        before = settings(camera)
        camera.background(camera.scenario("car_passes", speed=2))
        await until(lambda: settings(camera)["zoom"] == 0.2)
        store = camera.machine.store
        assert camera.channels[TIGHT].leds["warm"] > 0
        assert camera.channels[TIGHT].live_profile == 1
        assert store.text("VideoInExposure[0][1].Mode") == "8"
        await until(lambda: witness.captures)
        await until(lambda: settings(camera) == before)
        await until(lambda: not entry.runtime_data.temporary.held)
        assert camera.channels[TIGHT].zoom == pytest.approx(before["zoom"], abs=0.02)


async def test_what_is_prepared_is_shown_for_as_long_as_it_lasts(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    switch = f"{camera.serial}_{TIGHT}_warm_light"
    async with paired(hass, camera, light="warm_light") as (entry, witness):
        assert state_of(hass, "switch", switch).state == "off"
        camera.background(camera.scenario("person_crosses", speed=1))
        await until(lambda: camera.channels[TIGHT].leds["warm"] > 0)
        await until(lambda: state_of(hass, "switch", switch).state == "on" or witness.captures)
        assert not witness.captures
        await until(lambda: not entry.runtime_data.temporary.held, seconds=20)
        assert camera.channels[TIGHT].leds["warm"] == 0
        assert state_of(hass, "switch", switch).state == "off"


async def test_hand_in_between_wins(hass: HomeAssistant, camera: VirtualCamera) -> None:
    async with paired(hass, camera, **PREPARED) as (entry, witness):
        before = settings(camera)
        camera.background(camera.scenario("car_passes", speed=1.5))
        await until(lambda: settings(camera)["zoom"] == 0.2)
        # The very values that are held: only the hand tells that they are meant to stay.
        shutter = entity_id(hass, "select", f"{camera.serial}_{TIGHT}_shutter")
        await call(hass, "select.select_option", shutter, option="1/1000")
        zoom = entity_id(hass, "number", f"{camera.serial}_{TIGHT}_zoom")
        await call(hass, "number.set_value", zoom, value=20)
        await until(lambda: witness.captures)
        await until(lambda: not entry.runtime_data.temporary.held)
        after = settings(camera)
        changed = {key for key, value in after.items() if before[key] != value}
        assert changed == {
            "zoom",
            *(f"VideoInExposure[0][1].{key}" for key in ("Mode", "Value1", "Value2")),
        }


async def test_stream_that_drops_in_the_middle_costs_nothing_that_was_put_on(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera, **PREPARED) as (entry, witness):
        before = settings(camera)
        await camera.scenario("car_passes", speed=SPEED)
        await until(lambda: len(witness.captures) == 1)
        camera.background(camera.scenario("car_leaves", speed=SPEED))
        await until(lambda: entry.runtime_data.temporary.held)
        camera.set_fault("drop_stream", once=True)
        await until(lambda: entry.runtime_data.detections.stream.connections == 2)
        await until(lambda: len(witness.captures) == 2)
        assert witness.plates[0] == "AB123CD"
        await until(lambda: settings(camera) == before)
        motion = f"{camera.serial}_{WIDE}_motion"
        await until(lambda: state_of(hass, "binary_sensor", motion).state == "off")
        await camera.scenario("cat_wanders", speed=SPEED)
        await until(lambda: len(witness.captures) == 3)
        assert witness.types[2] == "unidentified"


async def test_camera_that_restarts_in_the_middle_is_put_back_when_it_returns(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera, **PREPARED) as (entry, witness):
        before = settings(camera)
        await camera.scenario("car_passes", speed=SPEED)
        await until(lambda: len(witness.captures) == 1)
        await until(lambda: not entry.runtime_data.temporary.held)
        camera.background(camera.scenario("car_leaves", speed=1))
        await until(lambda: camera.channels[TIGHT].leds["warm"] > 0)
        await camera.reboot(seconds=1.0, warming_up=0.5)
        await until(lambda: len(witness.captures) == 2, seconds=20)
        await until(lambda: settings(camera) == before, seconds=20)
        assert witness.plates[0] == "AB123CD"
        folder = capture_folder(hass, entry.entry_id)
        assert len(await hass.async_add_executor_job(folder.ids)) == 2


async def test_entry_that_is_unloaded_in_the_middle_leaves_nothing_behind(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera, **PREPARED) as (entry, _):
        before = settings(camera)
        camera.background(camera.scenario("car_passes", speed=1))
        await until(lambda: settings(camera)["zoom"] == 0.2)
        assert await hass.config_entries.async_unload(entry.entry_id)
        assert settings(camera) == before
        await hass.config_entries.async_setup(entry.entry_id)


async def test_what_could_not_be_put_back_is_put_back_at_the_next_start(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera, **PREPARED) as (entry, _):
        before = settings(camera)
        camera.background(camera.scenario("car_passes", speed=1))
        await until(lambda: settings(camera)["zoom"] == 0.2)
        camera.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=503, body="")
        assert await hass.config_entries.async_unload(entry.entry_id)
        assert camera.channels[TIGHT].leds["warm"] > 0
        camera.clear_fault("refuse")
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: settings(camera) == before)
