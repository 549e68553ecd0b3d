"""Two sensors that work as one, in Home Assistant, before a camera with all its physics."""

import asyncio
import errno
from io import BytesIO
from typing import Any

from PIL import Image
import pytest

from custom_components.dahua_camera.capture_folder import CaptureFolder, PictureKind
from custom_components.dahua_camera.capture_store import capture_folder
from custom_components.dahua_camera.temporary import TemporarySettings
from homeassistant.components.image import async_get_image
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.helpers import entity_id, state_of, until
from tests.integration.pairing import (
    PACKAGE,
    PAIRING,
    PREPARED,
    SPEED,
    TIGHT,
    WIDE,
    paired,
    settings,
)
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("hurried_pairing")


def pixel(picture: bytes, part: float) -> tuple[int, ...]:
    """Return the colour at a part of a picture's width, halfway down the sensors' pictures."""
    with Image.open(BytesIO(picture)) as image:
        color = image.convert("RGB").getpixel((round(image.width * part), image.height // 3))
    assert isinstance(color, tuple)
    return color


async def picture_of(hass: HomeAssistant, camera: VirtualCamera, key: str) -> bytes:
    content: bytes = (
        await async_get_image(hass, entity_id(hass, "image", f"{camera.serial}_{key}"))
    ).content
    return content


async def test_car_is_captured_by_both_sensors(hass: HomeAssistant, camera: VirtualCamera) -> None:
    camera.scene.darkness = 0.2
    async with paired(hass, camera, light="warm_light") as (entry, witness):
        before = settings(camera)
        await until(lambda: entry.runtime_data.spotter._empty_scene._picture, seconds=30)
        camera.background(camera.scenario("car_leaves", speed=2))
        await until(lambda: camera.channels[TIGHT].leds["warm"] > 0)
        await until(lambda: witness.captures, seconds=60)
        [car] = witness.captures
        assert car["event_type"] == "plate"
        assert car["plate"] == "HHXY904"
        assert (car["color"], car["color_from"]) == ("red", "spotter")
        assert (car["make"], car["vehicle_type"]) == ("Toyota", "salooncar")
        assert 0 < car["seconds_to_identification"] < 6
        assert car["rules"]
        for key in ("capture", "capture_spotter", "capture_identifier"):
            assert state_of(hass, "image", f"{camera.serial}_{key}").state not in {
                STATE_UNKNOWN,
                STATE_UNAVAILABLE,
            }
            with Image.open(BytesIO(await picture_of(hass, camera, key))) as image:
                assert image.format == "JPEG"
        await until(lambda: settings(camera) == before)
        assert camera.channels[TIGHT].leds["warm"] == 0
        assert not entry.runtime_data.temporary.held


@pytest.mark.usefixtures("plain_pictures")
async def test_pictures_are_side_by_side_and_of_their_own_sensors(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera) as (_, witness):
        await camera.scenario("car_passes", speed=SPEED)
        await until(lambda: witness.captures)
        red, blue = (254, 0, 0), (0, 0, 254)
        assert pixel(await picture_of(hass, camera, "capture_spotter"), 0.5) == blue
        assert pixel(await picture_of(hass, camera, "capture_identifier"), 0.5) == red
        composed = await picture_of(hass, camera, "capture")
        assert pixel(composed, 0.25) == pytest.approx(blue, abs=3)
        assert pixel(composed, 0.75) == pytest.approx(red, abs=3)


@pytest.mark.usefixtures("plain_pictures")
@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ("cat_wanders", "unidentified"),
        ("motion_wide", "unidentified"),
        ("person_crosses", "person"),
        ("bicycle_passes", "person"),
    ],
)
async def test_capture_tells_what_it_was(
    hass: HomeAssistant, camera: VirtualCamera, scenario: str, expected: str
) -> None:
    async with paired(hass, camera) as (_, witness):
        await camera.scenario(scenario, speed=SPEED)
        await until(lambda: witness.captures)
        assert witness.types == [expected]
        assert "color" not in witness.captures[0]
        assert ("seconds_to_identification" in witness.captures[0]) is (expected != "unidentified")


@pytest.mark.usefixtures("plain_pictures")
async def test_two_cars_in_a_row_are_two_captures(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera) as (entry, witness):
        await camera.scenario("car_passes", speed=SPEED)
        await camera.scenario("car_leaves", speed=SPEED)
        await until(lambda: len(witness.captures) == 2)
        assert witness.plates == ["AB123CD", "HHXY904"]
        folder = capture_folder(hass, entry.entry_id)
        assert len(await hass.async_add_executor_job(folder.ids)) == 2


@pytest.mark.usefixtures("plain_pictures")
@pytest.mark.parametrize(
    ("trigger", "expected"), [("region_0", ["unidentified"]), ("region_1", [])]
)
async def test_region_starts_captures_of_its_own_only(
    hass: HomeAssistant, camera: VirtualCamera, trigger: str, expected: list[str]
) -> None:
    async with paired(hass, camera, trigger=trigger) as (_, witness):
        await camera.scenario("motion_wide", speed=SPEED)
        await until(lambda: witness.types == expected)
        await hass.async_block_till_done(wait_background_tasks=False)
        assert witness.types == expected


@pytest.mark.usefixtures("plain_pictures")
async def test_full_disk_is_told_once_and_loses_no_earlier_capture(
    hass: HomeAssistant,
    camera: VirtualCamera,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with paired(hass, camera, light="infrared") as (entry, witness):
        before = settings(camera)
        folder = capture_folder(hass, entry.entry_id)
        await camera.scenario("car_passes", speed=SPEED)
        await until(lambda: len(witness.captures) == 1)
        kept = await hass.async_add_executor_job(folder.ids)
        with monkeypatch.context() as disk:

            def refuse(*_: Any) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

            disk.setattr(CaptureFolder, "write", refuse)
            for count, scenario in enumerate(("car_leaves", "cat_wanders"), start=2):
                await camera.scenario(scenario, speed=SPEED)
                await until(lambda count=count: len(witness.captures) == count)
        assert await hass.async_add_executor_job(folder.ids) == kept
        assert witness.plates == ["AB123CD", "HHXY904", None]
        assert caplog.text.count("cannot save captures") == 1
        await camera.scenario("car_passes", speed=SPEED)
        await until(lambda: len(witness.captures) == 4)
        assert len(await hass.async_add_executor_job(folder.ids)) == 2
        await until(lambda: settings(camera) == before)
    assert "AB123CD" not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith(PACKAGE)
    )


@pytest.mark.usefixtures("plain_pictures")
async def test_who_is_being_captured_when_the_options_change_is_kept_and_told_of(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera, **PREPARED) as (entry, witness):
        before = settings(camera)
        camera.background(camera.scenario("person_crosses", speed=2))
        await until(lambda: settings(camera)["zoom"] == 0.2)
        assert not witness.captures
        hass.config_entries.async_update_entry(entry, options={})
        assert await hass.config_entries.async_reload(entry.entry_id)
        assert len(witness.captures) == 1
        folder = capture_folder(hass, entry.entry_id)
        assert await hass.async_add_executor_job(folder.ids) == [witness.captures[0]["id"]]
        assert settings(camera) == before


@pytest.mark.usefixtures("plain_pictures")
async def test_who_comes_first_after_a_slow_start_is_captured(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = TemporarySettings.start

    async def start_slowly(settings: TemporarySettings) -> None:
        """Take as long to read a file as a busy disk does."""
        await until(lambda: settings._entry.runtime_data.detections.available)
        await started(settings)

    monkeypatch.setattr(TemporarySettings, "start", start_slowly)
    async with paired(hass, camera) as (_, witness):
        await camera.scenario("person_crosses", speed=SPEED)
        await until(lambda: witness.captures)
        assert witness.types == ["person"]


@pytest.mark.usefixtures("plain_pictures")
async def test_who_comes_while_something_moves_from_the_start_is_captured(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    await camera.emit("VideoMotion", "Start", WIDE, {})
    async with paired(hass, camera) as (_, witness):
        assert state_of(hass, "binary_sensor", f"{camera.serial}_{WIDE}_motion").state == "on"
        for plate in ("AB123CD", "EF456GH"):
            car = {"TrafficCar": {"PlateNumber": plate}}
            await camera.emit("TrafficJunction", "Pulse", TIGHT, car)
        await until(lambda: len(witness.captures) == 2)
        assert witness.plates == ["AB123CD", "EF456GH"]


@pytest.mark.usefixtures("plain_pictures")
async def test_capture_is_kept_when_home_assistant_stops_before_its_pictures_are_there(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with paired(hass, camera) as (entry, _):
        spotter, folder = entry.runtime_data.spotter, capture_folder(hass, entry.entry_id)
        taken, still = asyncio.Event(), camera.machine.still

        async def take_slowly(channel: int) -> bytes:
            await taken.wait()
            return await still(channel)

        monkeypatch.setattr(camera.machine, "still", take_slowly)
        await camera.scenario("car_passes", speed=SPEED)
        await until(lambda: spotter._finishing)
        stopping = hass.async_create_task(hass.async_stop(force=True))
        await until(lambda: not spotter._subscriptions)
        taken.set()
        await stopping
        [capture_id] = folder.ids()
        assert folder.facts(capture_id).plate == "AB123CD"
        assert all(folder.picture_path(capture_id, kind) for kind in PictureKind)


@pytest.mark.usefixtures("plain_pictures")
async def test_scene_is_not_taken_for_empty_while_nothing_is_heard_of_it(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PACKAGE}.empty_scene._AGE", 0.05)
    monkeypatch.setattr(f"{PACKAGE}.detection_hub.HOLD_AFTER_LOSS", 0.05)

    def asked(what: str) -> int:
        return sum(what in request["target"] for request in camera.requests)

    async with paired(hass, camera) as (entry, _):
        await until(lambda: asked("snapshot") >= 3)
        camera.set_fault("refuse", path="/cgi-bin/eventManager.cgi", status=503, body="")
        camera.set_fault("drop_stream", once=True)
        await until(lambda: not entry.runtime_data.detections.available)
        await until(lambda: not entry.runtime_data.coordinator.camera._stills._pending)
        camera.requests.clear()
        await until(lambda: asked("eventManager") >= 5)
        assert not asked("snapshot")
        camera.clear_fault("refuse")
        await until(lambda: asked("snapshot") >= 2)


@pytest.mark.usefixtures("plain_pictures")
async def test_last_capture_is_still_there_after_a_restart(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera) as (entry, witness):
        await camera.scenario("car_passes", speed=SPEED)
        await until(lambda: witness.captures)
        shown = {
            key: (
                await picture_of(hass, camera, key),
                state_of(hass, "image", f"{camera.serial}_{key}").state,
            )
            for key in ("capture", "capture_spotter", "capture_identifier")
        }
        assert await hass.config_entries.async_reload(entry.entry_id)
        for key, (picture, state) in shown.items():
            assert await picture_of(hass, camera, key) == picture
            assert state_of(hass, "image", f"{camera.serial}_{key}").state == state


@pytest.mark.usefixtures("plain_pictures")
async def test_entities_go_with_the_pairing(hass: HomeAssistant, camera: VirtualCamera) -> None:
    def captures() -> set[str]:
        registry = er.async_get(hass)
        return {
            entity.unique_id.removeprefix(f"{camera.serial}_")
            for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
            if "capture" in entity.unique_id
        }

    async with paired(hass, camera) as (entry, _):
        assert captures() == {"capture", "capture_spotter", "capture_identifier"}
        # A pairing that cannot be at the moment is none that was given up.
        absent = {"spotter": PAIRING | {"spotter": 7}}
        hass.config_entries.async_update_entry(entry, options=absent)
        assert await hass.config_entries.async_reload(entry.entry_id)
        assert captures() == {"capture", "capture_spotter", "capture_identifier"}
        hass.config_entries.async_update_entry(entry, options={})
        assert await hass.config_entries.async_reload(entry.entry_id)
        assert captures() == set()


async def test_camera_whose_motion_nothing_else_shows_can_be_unloaded_and_set_up_again(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    async with paired(hass, camera) as (entry, _):
        motion = entity_id(hass, "binary_sensor", f"{camera.serial}_{WIDE}_motion")
        disabled = er.RegistryEntryDisabler.USER
        er.async_get(hass).async_update_entity(motion, disabled_by=disabled)
        await hass.async_block_till_done(wait_background_tasks=False)
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until(lambda: entry.runtime_data.detections.available)
