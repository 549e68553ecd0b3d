"""What events tell of somebody or something that was seen."""

from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.dahua_camera.dahua.events import Event
from custom_components.dahua_camera.dahua.repetitions import Repetitions
from custom_components.dahua_camera.dahua.sightings import (
    PlateReading,
    Sighting,
    kind_of,
    plate_of,
    sighting_of,
)
from custom_components.dahua_camera.dahua.state import ObjectKind

BOX = [0, 4096, 8191, 9000]


def event(code: str, data: dict[str, Any] | None = None, action: str = "Start") -> Event:
    return Event(code, action, 0, data or {})


@pytest.mark.parametrize(
    ("code", "data", "seen_type"),
    [
        ("VideoMotion", {}, "motion"),
        ("CrossLineDetection", {}, "line_crossed"),
        ("CrossRegionDetection", {"Action": "Cross", "Direction": "Enter"}, "region_entered"),
        ("CrossRegionDetection", {"Action": "Cross", "Direction": "Leave"}, "region_left"),
        ("CrossRegionDetection", {"Action": "Inside", "Direction": "Both"}, "region_inside"),
        ("CrossRegionDetection", {"Action": "Appear"}, "region_inside"),
        ("CrossRegionDetection", {}, "region_entered"),
        ("LeftDetection", {}, "object_left"),
        ("TakenAwayDetection", {}, "object_taken"),
        ("WanderDetection", {}, "loitering"),
        ("RioterDetection", {}, "gathering"),
        ("ParkingDetection", {}, "parking"),
        ("MoveDetection", {}, "fast_moving"),
        ("FaceDetection", {}, "face"),
        ("HumanTrait", {}, "person"),
        ("SmartMotionHuman", {}, "person"),
        ("SmartMotionVehicle", {}, "vehicle"),
        ("VehicleDetect", {}, "vehicle"),
        ("TrafficJunction", {}, "vehicle"),
        ("NonMotorDetect", {}, "bicycle"),
    ],
)
def test_types(code: str, data: dict[str, Any], seen_type: str) -> None:
    sighting = sighting_of(event(code, data))
    assert sighting
    assert sighting.type == seen_type


@pytest.mark.parametrize("code", ["VideoMotionInfo", "NewFile", "AlarmLocal", "VideoLoss"])
def test_what_is_no_sighting(code: str) -> None:
    assert sighting_of(event(code)) is None


def test_line_event_in_full() -> None:
    data = {
        "Name": "Gate line",
        "Direction": "LeftToRight",
        "Object": {
            "BoundingBox": BOX,
            "MainColor": [198, 10, 20, 0],
            "ObjectType": "Human",
            "Speed": 5,
        },
    }
    assert sighting_of(event("CrossLineDetection", data)) == Sighting(
        channel=0,
        type="line_crossed",
        rule="Gate line",
        object_type=ObjectKind.PERSON,
        direction="left_to_right",
        speed=5,
        color="red",
        bounding_box=(0.0, 0.5, 1.0, 1.0),
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"Object": {"ObjectType": "Vehicle"}}, ObjectKind.VEHICLE),
        ({"Objects": [{"ObjectType": "NonMotor"}]}, ObjectKind.BICYCLE),
        ({"ObjectType": "HumanFace"}, ObjectKind.FACE),
        ({"Object": {"ObjectType": "Unknown"}}, None),
        ({"Object": None, "Objects": [None]}, None),
        ({"Object": 7}, None),
        ({}, None),
    ],
)
def test_kind_of_object(data: dict[str, Any], kind: ObjectKind | None) -> None:
    assert kind_of(event("CrossRegionDetection", data)) is kind


def test_colour_that_was_not_measured_is_none() -> None:
    sighting = sighting_of(event("CrossLineDetection", {"Object": {"MainColor": [0, 0, 0, 0]}}))
    assert sighting
    assert sighting.color is None


TRAFFIC = {
    "Object": {"Confidence": 222, "ObjectType": "Plate", "Speed": 41, "Text": "AB123CD"},
    "TrafficCar": {
        "Country": "DEU",
        "DrivingDirection": ["Approach", "", ""],
        "PlateColor": "White",
        "PlateNumber": "AB 123-CD",
        "Speed": 255,
        "VehicleColor": "Gray",
        "VehicleSign": "Toyota",
    },
    "Vehicle": {"Category": "SaloonCar", "Text": "Toyota"},
}


def test_plate_in_full_and_as_read() -> None:
    assert plate_of(event("TrafficJunction", TRAFFIC, "Pulse")) == PlateReading(
        channel=0,
        plate="AB 123-CD",
        plate_color="white",
        vehicle_color="gray",
        vehicle_type="salooncar",
        make="Toyota",
        direction="approach",
        speed=41,
        confidence=87,
        country="DEU",
    )


@pytest.mark.parametrize(
    ("data", "plate"),
    [
        ({"TrafficCar": {"PlateNumber": ""}, "Object": TRAFFIC["Object"]}, "AB123CD"),
        ({"Plate": {"Text": "0O1I"}}, "0O1I"),
        ({"Plate": {"Plate": "X"}}, "X"),
        ({"Plate": "Y"}, "Y"),
        ({"PlateNumber": "京A·12345"}, "京A·12345"),
        ({"Object": {"ObjectType": "Vehicle", "Text": "Toyota"}}, None),
        *(
            ({"TrafficCar": {"PlateNumber": placeholder}}, None)
            for placeholder in ("", " ", "Unknown", "unlicensed", "--", "null", "No Plate")
        ),
        ({}, None),
    ],
)
def test_where_the_plate_is_found(data: dict[str, Any], plate: str | None) -> None:
    reading = plate_of(event("TrafficJunction", data))
    assert (reading.plate if reading else None) == plate


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
KEYS = st.sampled_from(
    [
        "Name",
        "Object",
        "Objects",
        "Faces",
        "Vehicle",
        "TrafficCar",
        "Plate",
        "Direction",
        "BoundingBox",
        "MainColor",
        "Speed",
        "Confidence",
        "ObjectType",
        "DrivingDirection",
        "RegionName",
        "Text",
    ]
)
DATA = st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON))


@pytest.mark.parametrize(
    ("told", "region"),
    [
        (["Drive", "Garden"], ("Drive", "Garden")),
        ([" Drive ", "", 3, None], ("Drive",)),
        ([], None),
        ([""], None),
        ("Drive", None),
        (None, None),
    ],
)
def test_regions_of_motion(told: Any, region: tuple[str, ...] | None) -> None:
    seen = sighting_of(event("VideoMotion", {"Id": [0], "RegionName": told}))
    assert seen
    assert (seen.region, seen.rule) == (region, None)


@settings(deadline=None)
@given(st.sampled_from(["CrossRegionDetection", "TrafficJunction", "VideoMotion"]), DATA)
def test_any_data_is_survived(code: str, data: dict[str, Any]) -> None:
    sighting = sighting_of(event(code, data))
    assert sighting
    if sighting.bounding_box:
        assert all(0 <= edge <= 1 for edge in sighting.bounding_box)
    plate_of(event(code, data))


def test_repetitions_are_known_by_their_number_for_a_while() -> None:
    repetitions = Repetitions()
    first = event("HumanTrait", {"EventID": 7})

    def is_repeated(event: Event, now: float) -> bool:
        return repetitions.is_repeated(event, now, came_on=False)

    assert not is_repeated(first, 0)
    assert is_repeated(first, 30)
    assert repetitions.is_repeated(first, 30, came_on=True)
    assert not is_repeated(event("HumanTrait", {"EventID": 8}), 30)
    assert not is_repeated(event("FaceDetection", {"EventID": 7}), 30)
    assert not is_repeated(first, 1000)
    repetitions.forget()
    assert not is_repeated(first, 1000)


def test_without_a_number_what_comes_on_is_new_and_another_plate() -> None:
    repetitions = Repetitions()
    person = event("HumanTrait")
    car, other = (event("TrafficJunction", {"PlateNumber": plate}) for plate in ("A 1", "B 2"))
    for seen, came_on, is_new in (
        (person, True, True),
        (person, False, False),
        (car, False, True),
        (car, False, False),
        (other, False, True),
        (car, False, False),
        (car, True, True),
    ):
        assert repetitions.is_repeated(seen, 0, came_on=came_on) is not is_new
