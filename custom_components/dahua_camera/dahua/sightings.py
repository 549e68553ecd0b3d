"""What an event tells about somebody or something that was seen: pure reading of its data.

The camera's words are turned into ours by tables; what it does not tell, or tells by a
placeholder, is None. Nothing of an event's data is trusted to have the right type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeIs

from .colors import nearest_color
from .events import Event
from .state import ObjectKind
from .vocabulary import ENGINE_KINDS, MOTION_CODE, OBJECT_KINDS, SMART_MOTION_CODES

_KINDS = OBJECT_KINDS | {"Plate": ObjectKind.VEHICLE}
_KINDS_OF_CODES = SMART_MOTION_CODES | ENGINE_KINDS
_TYPES = {
    MOTION_CODE: "motion",
    "CrossLineDetection": "line_crossed",
    "CrossFenceDetection": "fence_crossed",
    "LeftDetection": "object_left",
    "TakenAwayDetection": "object_taken",
    "WanderDetection": "loitering",
    "RioterDetection": "gathering",
    "ParkingDetection": "parking",
    "MoveDetection": "fast_moving",
    **{code: kind.value for code, kind in _KINDS_OF_CODES.items()},
}
_REGION_CODE = "CrossRegionDetection"
# By direction first, then by what happened; a firmware may tell only one of them.
_REGION_TYPES = {
    "Enter": "region_entered",
    "Leave": "region_left",
    "Appear": "region_inside",
    "Inside": "region_inside",
    "Disappear": "region_left",
    "Cross": "region_entered",
}
SIGHTING_CODES = frozenset({*_TYPES, _REGION_CODE})
MOTION_TYPES = ("motion",)
IVS_TYPES = (
    "line_crossed",
    "fence_crossed",
    *sorted(set(_REGION_TYPES.values())),
    "object_left",
    "object_taken",
    "loitering",
    "gathering",
    "parking",
    "fast_moving",
)
_DIRECTIONS = {
    "LeftToRight": "left_to_right",
    "RightToLeft": "right_to_left",
    "Enter": "enter",
    "Leave": "leave",
    "Approach": "approach",
    "Both": None,
}
_PLACEHOLDERS = {"", "unknown", "unlicensed", "--", "null", "none", "no plate", "noplate"}
# A picture's width and height in the camera's own units.
_SCALE = 8191
_NO_SPEED = 255
_MOST_CONFIDENT = 255

type Data = Mapping[str, Any]
type Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody or something seen on a channel.

    `bounding_box` is left, top, right and bottom as parts of the picture, 0 to 1; `speed` is in
    km/h; `region` holds the names of all motion regions concerned.
    """

    channel: int
    type: str
    rule: str | None = None
    region: tuple[str, ...] | None = None
    object_type: ObjectKind | None = None
    direction: str | None = None
    speed: int | None = None
    color: str | None = None
    bounding_box: Box | None = None


@dataclass(frozen=True, slots=True)
class PlateReading:
    """A number plate as the camera read it, on a channel; `confidence` is in percent."""

    channel: int
    plate: str
    plate_color: str | None = None
    vehicle_color: str | None = None
    vehicle_type: str | None = None
    make: str | None = None
    direction: str | None = None
    speed: int | None = None
    confidence: int | None = None
    country: str | None = None


def sighting_of(event: Event) -> Sighting | None:
    """Return what an event tells of; None for events that are no sightings."""
    data = event.data
    seen_type = _TYPES.get(event.code)
    if event.code == _REGION_CODE:
        seen_type = (
            _REGION_TYPES.get(_text(data, "Direction") or "")
            or _REGION_TYPES.get(_text(data, "Action") or "")
            or "region_entered"
        )
    if seen_type is None:
        return None
    seen = _object(data)
    vehicle = _part(data, "Vehicle")
    return Sighting(
        channel=event.index,
        type=seen_type,
        rule=_text(data, "Name") if event.code != MOTION_CODE else None,
        region=_region(data),
        object_type=kind_of(event),
        direction=_direction(data),
        speed=_speed(_part(data, "TrafficCar")) or _speed(seen),
        color=_color(_part(data, "TrafficCar"), vehicle or seen),
        bounding_box=_box(vehicle or seen),
    )


def kind_of(event: Event) -> ObjectKind | None:
    """Return the kind of object that an event is about, where it tells."""
    if kind := _KINDS_OF_CODES.get(event.code):
        return kind
    told = _text(_object(event.data), "ObjectType") or _text(event.data, "ObjectType")
    return _KINDS.get(told or "")


def plate_of(event: Event) -> PlateReading | None:
    """Return the number plate that an event tells, as it was read; None without one."""
    data = event.data
    car, seen, vehicle = _part(data, "TrafficCar"), _object(data), _part(data, "Vehicle")
    holder = _part(data, "Plate")
    on_object = _text(seen, "Text") if seen.get("ObjectType") == "Plate" else None
    plate = (
        _text(car, "PlateNumber")
        or on_object
        or _text(holder, "Text")
        or _text(holder, "Plate")
        or _text(data, "Plate")
        or _text(data, "PlateNumber")
    )
    if plate is None:
        return None
    confidence = _number(seen, "Confidence")
    return PlateReading(
        channel=event.index,
        plate=plate,
        plate_color=_word(car, "PlateColor"),
        vehicle_color=_color(car, vehicle),
        vehicle_type=_word(vehicle, "Category") or _word(car, "VehicleSize"),
        make=_text(car, "VehicleSign") or _text(vehicle, "Text"),
        direction=_direction(data),
        speed=_speed(car) or _speed(seen),
        confidence=None if confidence is None else round(confidence * 100 / _MOST_CONFIDENT),
        country=_text(car, "Country") or _text(seen, "Country"),
    )


def event_id(event: Event) -> int | None:
    """Return the camera's number of what happened; start and stop share it."""
    number = event.data.get("EventID")
    return number if isinstance(number, int) else None


def _part(data: Data, key: str) -> Data:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _object(data: Data) -> Data:
    """Return the object of an event, or the first of several."""
    if found := _part(data, "Object"):
        return found
    several = data.get("Objects") or data.get("Faces")
    first = several[0] if isinstance(several, list) and several else None
    return first if isinstance(first, dict) else _part(data, "NonMotor")


def _region(data: Data) -> tuple[str, ...] | None:
    """Return the names of the motion regions that an event is about; None if it tells none."""
    told = data.get("RegionName")
    if not isinstance(told, list):
        return None
    return tuple(name.strip() for name in told if isinstance(name, str) and name.strip()) or None


def _text(data: Data, key: str) -> str | None:
    value = data.get(key)
    if not isinstance(value, str):
        return None
    stripped = value.strip()
    return None if stripped.lower() in _PLACEHOLDERS else stripped


def _word(data: Data, key: str) -> str | None:
    """Return one of the vendor's words in lower case."""
    value = _text(data, key)
    return value and value.lower()


def _number(data: Data, key: str) -> float | None:
    value = data.get(key)
    return value if _is_number(value) else None


def _is_number(value: object) -> TypeIs[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _speed(data: Data) -> int | None:
    speed = _number(data, "Speed")
    return round(speed) if speed and 0 < speed < _NO_SPEED else None


def _direction(data: Data) -> str | None:
    told = data.get("Direction")
    if not isinstance(told, str):
        driving = _part(data, "TrafficCar").get("DrivingDirection")
        told = driving[0] if isinstance(driving, list) and driving else None
    if not isinstance(told, str) or told.lower() in _PLACEHOLDERS:
        return None
    return _DIRECTIONS.get(told, told.lower())


def _color(car: Data, seen: Data) -> str | None:
    """Return the vendor's name of a colour, or the name that is nearest to what was measured."""
    if named := _word(car, "VehicleColor"):
        return named
    measured = seen.get("MainColor")
    if not isinstance(measured, list) or len(measured) < 3:  # noqa: PLR2004
        return None
    red, green, blue = measured[:3]
    if not all(map(_is_number, (red, green, blue))):
        return None
    # All zero stands for a colour that was not measured, unless the last number says otherwise.
    if not any(measured):
        return None
    return nearest_color((red, green, blue))


def _box(seen: Data) -> Box | None:
    corners = seen.get("BoundingBox")
    if not isinstance(corners, list) or len(corners) != 4:  # noqa: PLR2004
        return None
    if not all(map(_is_number, corners)):
        return None
    left, top, right, bottom = (round(min(max(c / _SCALE, 0.0), 1.0), 3) for c in corners)
    return (left, top, right, bottom)
