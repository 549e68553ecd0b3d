"""What may go on before a camera, how it tells of it, and which sensors show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that may go on; `shows` are the keys of its sensors, `implied` by its code."""

    code: str
    channel: int
    data: Mapping[str, Any] | None
    shows: frozenset[str]
    implied: frozenset[str] = frozenset()
    tells: str = ""

    @property
    def place(self) -> tuple[str, int]:
        """Code and channel: all that the camera's list knows of it."""
        return self.code, self.channel

    @property
    def name(self) -> str:
        """The name of its rule."""
        return str((self.data or {}).get("Name", ""))


def _rule(code: str, name: str, number: int, object_type: str, tells: str) -> dict[str, Any]:
    return {
        "code": code,
        "channel": 0,
        "data": {"Name": name, "RuleID": number, "Object": {"ObjectType": object_type}},
        "tells": tells,
    }


_NO_MOTION: Mapping[str, Any] = {"Id": []}


def _motion(*windows: int) -> Kind:
    data = {"Id": list(windows), "RegionName": [f"Region {w}" for w in windows]}
    shows = {"1_motion", *(f"1_region_{window}" for window in windows)}
    return Kind(
        "VideoMotion", 1, data if windows else None, frozenset(shows), frozenset({"1_motion"})
    )


def grown(before: Kind, now: Kind) -> Kind:
    """Return what is told of something that goes on: motion keeps the windows it has had."""
    if now.code != "VideoMotion":
        return now
    return _motion(*sorted({*(before.data or _NO_MOTION)["Id"], *(now.data or _NO_MOTION)["Id"]}))


def _alarm(code: str, channel: int, alarm: str) -> Kind:
    shown = frozenset({f"{channel}_{alarm}"})
    return Kind(code, channel, None, shown, shown)


_LINE, _REGION = "CrossLineDetection", "CrossRegionDetection"
_PERSON, _VEHICLE, _BICYCLE = (
    frozenset({"0_person"}),
    frozenset({"0_vehicle"}),
    frozenset({"0_bicycle"}),
)
_GATE, _FENCE, _YARD = (frozenset({f"0_rule_{number}"}) for number in (4, 6, 5))
KINDS = (
    Kind(**_rule(_LINE, "Gate line", 4, "Human", "line_crossed"), shows=_GATE | _PERSON),
    Kind(**_rule(_LINE, "Gate line", 4, "Vehicle", "line_crossed"), shows=_GATE | _VEHICLE),
    Kind(**_rule(_LINE, "Fence", 6, "Human", "line_crossed"), shows=_FENCE | _PERSON),
    Kind(
        **_rule(_REGION, "Yard", 5, "Vehicle", "region_entered"),
        shows=_YARD | _VEHICLE,
        implied=_YARD,
    ),
    Kind(**_rule("HumanTrait", "HumanTrait", 7, "Human", "person"), shows=_PERSON, implied=_PERSON),
    Kind(
        **_rule("NonMotorDetect", "NonMotorDetect", 9, "NonMotor", "bicycle"),
        shows=_BICYCLE,
        implied=_BICYCLE,
    ),
    _motion(),
    _motion(0),
    _motion(1),
    _motion(0, 1),
    _alarm("VideoBlind", 0, "tampering"),
    _alarm("VideoBlind", 1, "tampering"),
    _alarm("VideoLoss", 1, "video_lost"),
)
KEYS = frozenset[str]().union(*(kind.shows for kind in KINDS))
NOISE: tuple[tuple[str, str, int | None, Any], ...] = (
    ("VideoMotionInfo", "State", 1, None),
    ("IntelliFrame", "Pulse", 0, None),
    ("TimeChange", "Pulse", 0, {"BeforeModifyTime": "2026-01-01 00:00:00"}),
    ("RtspSessionDisconnect", "Start", 0, {"Device": "192.0.2.20"}),
    ("AlarmLocal", "Start", 1, None),
    ("VideoMotion", "Start", 17, {"Id": "none", "RegionName": 3}),
    (_LINE, "Start", 1, {"Name": "Gate line", "Object": []}),
    (_LINE, "Pulse", 5, {"Name": ["Gate; line=1"], "EventID": {}, "RuleID": None}),
    ("FaceDetection", "Stop", 0, {"Faces": [None, 1], "Object": "?"}),
)


@dataclass(slots=True)
class Activity:
    """What goes on at the camera: its kind as told last, its number, all that it has shown."""

    kind: Kind
    number: int | None
    shows: frozenset[str] = field(default_factory=frozenset)

    def data(self) -> dict[str, Any] | None:
        """Return the data of its events; the speed tells the number where an entity shows it."""
        if self.number is None:
            return dict(self.kind.data) if self.kind.data is not None else None
        data = dict(self.kind.data or {})
        return data | {
            "EventID": self.number,
            "Object": data["Object"] | {"Speed": self.number},
        }
