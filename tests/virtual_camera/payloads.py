"""What the camera tells about an event: the data of each code."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from .machine import Machine
from .rules import OBJECT_TYPES, Rule, direction_of
from .view import Actor
from .visibility import Appearance, center

type Data = dict[str, Any]

_COLORS = {
    "silver": [192, 192, 192, 0],
    "red": [200, 20, 20, 0],
    "blue": [20, 40, 190, 0],
    "white": [255, 255, 255, 0],
    "black": [0, 0, 0, 0],
}
_event_numbers = count(10001)


def code_of(machine: Machine, rule: Rule, actor: Actor) -> tuple[str, bool]:
    """Return the code that a rule raises and whether it is a single pulse."""
    if rule.type == "VehicleDetect":
        reads_plates = "plates" in machine.hardware[rule.channel].analytics
        return ("TrafficJunction" if actor.plate and reads_plates else "VehicleDetect"), True
    pulses = rule.type == "CrossLineDetection" and machine.profile.switches.line_pulses
    return rule.type, pulses


def describe(machine: Machine, rule: Rule, actor: Actor, seen: Appearance) -> Data:
    """Return the data of the event that a rule raises about somebody."""
    local = machine.clock.now()
    wall_clock = machine.profile.switches.wall_clock_utc
    utc = local.replace(tzinfo=UTC) if wall_clock else machine.clock.utc()
    envelope = _envelope(rule, local, utc)
    return envelope | _BUILDERS[rule.type](rule, actor, seen.box)


def motion(windows: dict[int, str], *, smart_motion_key: bool) -> Data:
    """Return the data of VideoMotion."""
    data: Data = {"Id": sorted(windows), "RegionName": [windows[key] for key in sorted(windows)]}
    if smart_motion_key:
        data["SmartMotionEnable"] = False
    return data


def smart_motion(kind: str, seen: Appearance, windows: dict[int, str]) -> Data:
    """Return the data of SmartMotionHuman and SmartMotionVehicle, misspelt as cameras have it."""
    identity = "HumamID" if kind == "Human" else "VehicleID"
    return {
        "RegionName": [windows[key] for key in sorted(windows)],
        "WindowId": sorted(windows),
        "object": [{identity: 542, "Rect": seen.box}],
    }


def _envelope(rule: Rule, local: datetime, utc: datetime) -> Data:
    number = next(_event_numbers)
    return {
        "CfgRuleId": rule.number,
        "Class": rule.rule_class,
        "CountInGroup": 1,
        "EventID": number,
        "EventSeq": number - 10000,
        "GroupID": number - 10000,
        "LocaleTime": f"{local:%F %T}",
        "Name": rule.name,
        "PTS": round(utc.timestamp() * 1000 % 1e11, 1),
        "RuleID": rule.number,
        "RuleId": 1,
        "UTC": int(utc.timestamp()),
        "UTCMS": utc.microsecond // 1000,
    }


def _object(actor: Actor, box: list[int]) -> Data:
    return {
        "Action": "Appear",
        "BelongID": 0,
        "BoundingBox": box,
        "Center": center(box),
        "Confidence": 0,
        "MainColor": _COLORS.get(actor.color, [0, 0, 0, 0]),
        "ObjectID": 863,
        "ObjectType": OBJECT_TYPES[actor.kind],
        "RelativeID": 0,
        "Speed": 0,
    }


def _line(rule: Rule, actor: Actor, box: list[int]) -> Data:
    return {
        "DetectLine": [list(point) for point in rule.points],
        "Direction": direction_of(actor),
        "Object": _object(actor, box),
        "Track": [],
    }


def _region(rule: Rule, actor: Actor, box: list[int]) -> Data:
    return {
        "Action": "Cross",
        "DetectRegion": [list(point) for point in rule.points],
        "Direction": "Enter",
        "Object": _object(actor, box),
    }


def _face(_: Rule, __: Actor, box: list[int]) -> Data:
    face = [box[0], box[1], box[2], box[1] + (box[3] - box[1]) // 5]
    seen = {
        "BoundingBox": face,
        "Center": center(face),
        "ObjectID": 1,
        "ObjectType": "HumanFace",
        "RelativeID": 0,
    }
    features = {
        "Action": "Appear",
        "Age": 30,
        "Confidence": 19,
        "Emotion": "Neutral",
        "Feature": ["NoGlasses", "Neutral"],
        "Glass": 1,
        "Mask": 1,
        "Sex": "Man",
    }
    return {"DetectRegion": None, "Faces": [seen], "Object": seen | features}


def _human_trait(_: Rule, actor: Actor, box: list[int]) -> Data:
    head = [box[0], box[1], box[2], box[1] + (box[3] - box[1]) // 5]
    body = _object(actor, box) | {"Category": "Passerby", "ObjectID": 144, "RelativeID": 1000144}
    face = {
        "BelongID": 144,
        "BoundingBox": head,
        "ObjectID": 1000144,
        "ObjectType": "HumanFace",
        "RelativeID": 144,
    }
    attributes = {"Bag": 2, "HasHat": 1, "RainCoat": 1, "Umbrella": 1, "UpperBodyColor": "Black"}
    return {"HumanAttributes": attributes, "Mark": 1, "Objects": [body, face], "WithSnap": True}


def _non_motor(_: Rule, actor: Actor, box: list[int]) -> Data:
    vehicle = {
        "BoundingBox": box,
        "Category": "Bicycle",
        "Color": "Black",
        "NumOfCycling": 1,
        "RiderList": [],
    }
    return {"NonMotor": vehicle, "Object": _object(actor, box)}


def _vehicle(_: Rule, actor: Actor, box: list[int]) -> Data:
    vehicle = {
        "BoundingBox": box,
        "Category": "SaloonCar",
        "MainColor": _COLORS.get(actor.color, [128, 128, 128, 0]),
        "ObjectType": "Vehicle",
        "Text": "Toyota",
        "VehicleDirection": "Head",
    }
    if not actor.plate:
        return {"Lane": 0, "Object": _object(actor, box), "Vehicle": vehicle}
    plate = actor.plate.replace(" ", "")
    plate_box = [(box[0] + box[2]) // 2 - 350, box[3] - 900, (box[0] + box[2]) // 2 + 350, box[3]]
    return {
        "CommInfo": {"Country": "Unknown", "Province": ""},
        "Lane": 0,
        "Object": {
            "BoundingBox": plate_box,
            "Confidence": 222,
            "Country": "Unknown",
            "MainColor": [255, 255, 255, 0],
            "ObjectType": "Plate",
            "OriginalBoundingBox": [each // 8 for each in plate_box],
            "Speed": 28,
            "Text": plate,
        },
        "TrafficCar": {
            "Country": "DEU",
            "DrivingDirection": ["Approach", "", ""],
            "PlateColor": "White",
            "PlateNumber": plate,
            "PlateType": "Normal",
            "Speed": 28,
            "VehicleColor": actor.color.capitalize(),
            "VehicleSign": "Toyota",
            "VehicleSize": "Light-duty",
        },
        "Vehicle": vehicle,
    }


_BUILDERS: dict[str, Callable[[Rule, Actor, list[int]], Data]] = {
    "CrossLineDetection": _line,
    "CrossRegionDetection": _region,
    "FaceDetection": _face,
    "HumanTrait": _human_trait,
    "NonMotorDetect": _non_motor,
    "VehicleDetect": _vehicle,
}
