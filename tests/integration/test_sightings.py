"""Event entities, plates, kinds of object, alarms and the still of the last detection."""

from io import BytesIO
from typing import Any

from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.image import async_get_image
from homeassistant.core import HomeAssistant
from tests.integration.helpers import entity_id, entry_for, state_of, states_from_now_on, until
from tests.virtual_camera import VirtualCamera

PERSON = {
    "Class": "Normal",
    "Direction": "LeftToRight",
    "EventID": 7,
    "Name": "Gate line",
    "Object": {"BoundingBox": [0, 0, 4096, 8191], "ObjectType": "Human", "Speed": 4},
    "RuleID": 4,
}


def told(hass: HomeAssistant, camera: VirtualCamera, key: str) -> dict[str, Any]:
    """Return what an event entity told last, without what every entity tells."""
    state = state_of(hass, "event", f"{camera.serial}_{key}")
    boring = {"event_types", "device_class", "friendly_name", "attribution"}
    return {name: value for name, value in state.attributes.items() if name not in boring}


async def test_event_tells_what_the_camera_told(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await camera.emit("CrossLineDetection", "Start", 0, PERSON)
    await until(lambda: told(hass, camera, "0_detection").get("event_type"))
    assert told(hass, camera, "0_detection") == {
        "event_type": "line_crossed",
        "rule": "Gate line",
        "object_type": "person",
        "direction": "left_to_right",
        "speed": 4,
        "bounding_box": (0.0, 0.0, 0.5, 1.0),
    }


async def test_motion_tells_its_regions(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    for windows in ({1: "Garden"}, {0: "Drive", 1: "Garden"}):
        data = {"Id": [*windows], "RegionName": [*windows.values()]}
        await camera.emit("VideoMotion", "Start", 1, data)
        expected = {"event_type": "motion", "region": tuple(windows.values())}
        await until(lambda wanted=expected: told(hass, camera, "1_detection") == wanted)


async def test_walk_of_a_person_tells_the_regions_that_were_crossed(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    heard = states_from_now_on(hass, entity_id(hass, "event", f"{camera.serial}_1_detection"))
    await camera.scenario("person_crosses", speed=10)
    await until(lambda: heard)
    named = {name for state in heard for name in state.attributes["region"]}
    assert named
    assert named <= {"Drive", "Garden"}


async def test_what_the_camera_repeats_is_told_once(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    heard = states_from_now_on(hass, entity_id(hass, "event", f"{camera.serial}_0_detection"))
    for number in (1, 1, 1, 2, 2):
        await camera.emit("CrossLineDetection", "Start", 0, PERSON | {"EventID": number})
    for number in (1, 2):
        await camera.emit("CrossLineDetection", "Stop", 0, PERSON | {"EventID": number})
    await camera.emit("CrossLineDetection", "Start", 0, PERSON | {"EventID": 3})
    await until(lambda: len(heard) == 3)
    assert told(hass, camera, "0_detection")["event_type"] == "line_crossed"


@pytest.mark.parametrize(("held", "tellings"), [(60.0, 1), (0.0, 2)])
async def test_what_is_repeated_after_a_loss_is_told_again_only_if_the_camera_may_have_restarted(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    held: float,
    tellings: int,
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.detection_hub.HOLD_AFTER_LOSS", held)
    detections, heard = entry.runtime_data.detections, list[object]()
    detections.listen_for_sightings(0, heard.append)
    await camera.emit("CrossLineDetection", "Start", 0, PERSON)
    await until(lambda: heard)
    camera.set_fault("drop_stream", once=True)
    await until(lambda: detections.stream.connections == 2)
    await camera.emit("CrossLineDetection", "Start", 0, PERSON)
    await camera.emit("CrossLineDetection", "Start", 0, PERSON | {"EventID": 8, "Direction": "?"})
    await until(lambda: len(heard) > tellings)
    assert len(heard) == tellings + 1


async def test_motion_without_numbers_is_told_once_for_as_long_as_it_lasts(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await camera.emit("VideoMotion", "Start", 1)
    await until(lambda: told(hass, camera, "1_detection").get("event_type") == "motion")
    first = state_of(hass, "event", f"{camera.serial}_1_detection").state
    await camera.emit("VideoMotion", "Start", 1)
    await camera.emit("VideoMotion", "Stop", 1)
    motion = f"{camera.serial}_1_motion"
    await until(lambda: state_of(hass, "binary_sensor", motion).state == "off")
    assert state_of(hass, "event", f"{camera.serial}_1_detection").state == first
    await camera.emit("VideoMotion", "Start", 1)
    await until(lambda: state_of(hass, "event", f"{camera.serial}_1_detection").state != first)


async def test_regions_of_the_wide_sensor_are_its_zones(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    def zones() -> tuple[str, ...]:
        keys = ("1_motion", "1_region_0", "1_region_1")
        return tuple(state_of(hass, "binary_sensor", f"{camera.serial}_{k}").state for k in keys)

    assert state_of(hass, "binary_sensor", f"{camera.serial}_1_region_1").name == "Driveway Garden"
    await camera.emit("VideoMotion", "Start", 1, {"Id": [1], "RegionName": ["Garden"]})
    await until(lambda: zones() == ("on", "off", "on"))
    await camera.emit("VideoMotion", "Start", 1, {"Id": [0, 1], "RegionName": ["Drive", "Garden"]})
    await until(lambda: zones() == ("on", "on", "on"))
    await camera.emit("VideoMotion", "Stop", 1, {"Id": [0, 1]})
    await until(lambda: zones() == ("off", "off", "off"))


@pytest.mark.parametrize(
    ("code", "data", "sensor"),
    [
        ("CrossLineDetection", PERSON, "person"),
        ("HumanTrait", {"EventID": 1, "Name": "HumanTrait"}, "person"),
        ("VehicleDetect", {"EventID": 1}, "vehicle"),
        ("TrafficJunction", {"EventID": 1}, "vehicle"),
        ("NonMotorDetect", {"EventID": 1}, "bicycle"),
        ("CrossRegionDetection", {"Name": "Yard", "Object": {"ObjectType": "Vehicle"}}, "vehicle"),
    ],
)
async def test_kind_is_shown_whatever_reported_it(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    code: str,
    data: dict[str, Any],
    sensor: str,
) -> None:
    unique_id = f"{camera.serial}_0_{sensor}"
    await camera.emit(code, "Start", 0, data)
    await until(lambda: state_of(hass, "binary_sensor", unique_id).state == "on")
    await camera.emit(code, "Stop", 0, data)
    await until(lambda: state_of(hass, "binary_sensor", unique_id).state == "off")


async def test_plate_is_told_as_read_and_never_logged(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    camera.background(camera.scenario("car_passes", speed=10))
    await until(lambda: "plate" in told(hass, camera, "0_plate"), seconds=20)
    assert told(hass, camera, "0_plate") == {
        "event_type": "plate",
        "plate": "AB123CD",
        "plate_color": "white",
        "vehicle_color": "silver",
        "vehicle_type": "salooncar",
        "make": "Toyota",
        "direction": "approach",
        "speed": 28,
        "confidence": 87,
        "country": "DEU",
    }
    own = [r for r in caplog.records if r.name.startswith("custom_components")]
    assert not any("AB123CD" in record.getMessage() for record in own)


async def test_plates_without_numbers_are_told_once_each_whoever_saw_the_vehicle_before(
    camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    heard = list[str]()
    detections = entry.runtime_data.detections
    detections.listen_for_plates(0, lambda reading: heard.append(reading.plate))
    vehicle = {"Name": "Yard", "EventID": 3, "Object": {"ObjectType": "Vehicle"}}
    await camera.emit("CrossRegionDetection", "Start", 0, vehicle)
    for plate in ("AB123CD", "AB123CD", "EF456GH", "AB123CD"):
        await camera.emit("TrafficJunction", "Pulse", 0, {"TrafficCar": {"PlateNumber": plate}})
    await until(lambda: len(heard) > 1)
    assert heard == ["AB123CD", "EF456GH"]


async def test_still_of_the_last_detection_is_taken_as_it_arrives(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    unique_id = f"{camera.serial}_1_last_detection"
    image = entity_id(hass, "image", unique_id)
    assert state_of(hass, "image", unique_id).state == "unknown"
    assert "entity_picture" not in state_of(hass, "image", unique_id).attributes
    before = len(camera.requests)
    await camera.emit("VideoMotion", "Start", 1)
    await until(lambda: state_of(hass, "image", unique_id).state != "unknown")
    picture = Image.open(BytesIO((await async_get_image(hass, image)).content))
    assert picture.size == (1280, 720)
    assert image in state_of(hass, "image", unique_id).attributes["entity_picture"]
    taken = [r["target"] for r in list(camera.requests)[before:] if "snapshot" in r["target"]]
    assert taken == ["/cgi-bin/snapshot.cgi?channel=2"]


async def test_storm_of_detections_costs_one_still_at_a_time(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    unique_id = f"{camera.serial}_0_last_detection"
    before = len(camera.requests)
    for number in range(50):
        await camera.emit("HumanTrait", "Pulse", 0, {"EventID": number})
    await until(lambda: state_of(hass, "image", unique_id).state != "unknown")
    await hass.async_block_till_done(wait_background_tasks=False)
    taken = [r for r in list(camera.requests)[before:] if "snapshot" in r["target"]]
    assert 1 <= len(taken) < 10


@pytest.mark.parametrize(
    ("code", "data", "sensor"),
    [("VideoBlind", None, "tampering"), ("VideoLoss", None, "video_lost")],
)
async def test_alarms_about_the_picture_itself(
    hass: HomeAssistant,
    camera: VirtualCamera,
    all_entities_enabled: None,
    code: str,
    data: dict[str, Any] | None,
    sensor: str,
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    unique_id = f"{camera.serial}_1_{sensor}"
    assert state_of(hass, "binary_sensor", unique_id).state == "off"
    await camera.emit(code, "Start", 1, data)
    await until(lambda: state_of(hass, "binary_sensor", unique_id).state == "on")
    await camera.emit(code, "Stop", 1, data)
    await until(lambda: state_of(hass, "binary_sensor", unique_id).state == "off")
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_sensors_of_kinds_follow_what_the_camera_is_told_to_detect(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    store, coordinator = camera.machine.store, entry.runtime_data.coordinator
    unique_id = f"{camera.serial}_0_bicycle"
    assert state_of(hass, "binary_sensor", unique_id)
    store.put("VideoAnalyseRule[0][3].Enable", "false")
    await coordinator.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=False)
    assert not any("bicycle" in state.entity_id for state in hass.states.async_all())
    store.put("VideoAnalyseRule[0][3].Enable", "true")
    await coordinator.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=False)
    assert state_of(hass, "binary_sensor", unique_id).state == "off"


async def test_sensor_that_begins_to_detect_gets_its_event_and_its_image(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    rows = dict(camera.machine.store.under("MotionDetect[1]"))
    camera.machine.store.replace("MotionDetect[1]", {})
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    assert hass.states.async_entity_ids("image") == ["image.housing_gate_last_detection"]
    camera.machine.store.replace("MotionDetect[1]", rows)
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=False)
    await camera.emit("VideoMotion", "Start", 1)
    for platform, key in (("event", "detection"), ("image", "last_detection")):
        unique_id = f"{camera.serial}_1_{key}"
        await until(lambda p=platform, u=unique_id: state_of(hass, p, u).state != "unknown")
    assert await hass.config_entries.async_unload(entry.entry_id)
