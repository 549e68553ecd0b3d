"""What is known of a camera: values only, never changed, compared by content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from .topics import Topic


class Emitter(StrEnum):
    """A kind of LED, by its name in `LightType`."""

    INFRARED = "InfraredLight"
    WARM = "WhiteLight"


class DayNight(StrEnum):
    """What decides between colour and black and white."""

    COLOR = "color"
    AUTO = "auto"
    BLACK_WHITE = "black_white"


IVS = "Normal"
"""The class of rules, and the smart plan, of intrusion, tripwire and the like."""

type Plan = tuple[Mapping[str, str], ...]
"""What to write to make a wish true: per request the keys (without `table.`) and values."""


class ObjectKind(StrEnum):
    """What cameras tell apart among what they see."""

    PERSON = "person"
    VEHICLE = "vehicle"
    BICYCLE = "bicycle"
    FACE = "face"


class Alarm(StrEnum):
    """What a camera reports about a sensor's picture itself."""

    TAMPERING = "tampering"
    SCENE_CHANGED = "scene_changed"
    DEFOCUSED = "defocused"
    VIDEO_LOST = "video_lost"


class Control(StrEnum):
    """What drives an emitter, by its word in a light row's `Mode`."""

    AUTO = "Auto"
    MANUAL = "Manual"
    ZOOM_PRIORITY = "ZoomPrio"
    OFF = "Off"
    SMART = "SmartLight"
    TIMING = "Timing"


class Scheme(StrEnum):
    """Which emitter a dual-light channel uses, by its word in `LightingMode`."""

    INFRARED = "InfraredMode"
    WARM = "WhiteMode"
    SMART = "AIMode"


class ImageProfile(StrEnum):
    """What chooses the image profile, as people would say it."""

    DAY = "day"
    NIGHT = "night"
    GENERAL = "general"
    SCHEDULE = "schedule"
    AUTOMATIC = "automatic"


class Shutter(StrEnum):
    """The shutter times on offer, in seconds."""

    AUTOMATIC = "automatic"
    S_100 = "1/100"
    S_250 = "1/250"
    S_500 = "1/500"
    S_1000 = "1/1000"
    S_2000 = "1/2000"
    S_4000 = "1/4000"
    S_10000 = "1/10000"


@dataclass(frozen=True, slots=True)
class TimeSection:
    """A part of the day, both ends included."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class VideoInMode:
    """How a channel chooses its image profile (table `VideoInMode`).

    `config` holds the profiles for day and for night, `config_ex` a profile by name where the
    firmware has it, `sections` per weekday (0 is Sunday) the times in which day applies.
    `is_legacy` tells that all this comes from `VideoInOptions` of a camera without that table.
    """

    mode: int | None = None
    config: tuple[int, ...] = ()
    config_ex: str | None = None
    sections: tuple[tuple[TimeSection, ...], ...] = ()
    is_legacy: bool = False


@dataclass(frozen=True, slots=True)
class LightRow:
    """One emitter in one image profile (table `Lighting_V2`, or the legacy `Lighting`).

    `path` is the row's key on the camera; `groups` maps each LED group's key below it
    (`NearLight[0]`, …) to its level, 0 to 100.
    """

    path: str
    mode: str
    groups: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One value as the camera holds it, and the key that sets it."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One IVS rule; `index` is its row, `id` what events call it."""

    index: int
    id: int
    name: str
    type: str
    rule_class: str
    enabled: bool
    object_types: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called; one without a name by its type and number."""
        return self.name or f"{self.type} {self.id}"


@dataclass(frozen=True, slots=True)
class Region:
    """One motion window."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class MotionDetection:
    """Motion detection of a channel."""

    enabled: bool
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """The exposure in one profile: `mode` as the camera counts it, times in milliseconds."""

    path: str
    mode: int
    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class LensState:
    """Where the motors of a lens are, 0 to 1, and whether they run."""

    zoom: float
    focus: float
    moving: bool


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What one sensor is set to; the dicts are keyed by image profile.

    `scenes` are the smart plans that run. Where the camera names none, some run all rules.
    """

    mode: VideoInMode = VideoInMode()
    lights: dict[Emitter, dict[int, LightRow]] = field(default_factory=dict)
    schemes: dict[int, Setting] = field(default_factory=dict)
    day_night: dict[int, Setting] = field(default_factory=dict)
    exposures: dict[int, Exposure] = field(default_factory=dict)
    lens: LensState | None = None
    motion: MotionDetection | None = None
    smart_motion: frozenset[ObjectKind] = frozenset()
    rules: tuple[Rule, ...] = ()
    scenes: tuple[str, ...] = ()

    @property
    def ivs_rules(self) -> tuple[Rule, ...]:
        """The rules that people draw, as far as the channel's smart plan lets them work."""
        return tuple(rule for rule in self.working_rules if rule.rule_class == IVS)

    @property
    def working_rules(self) -> tuple[Rule, ...]:
        """The rules of all classes, as far as the channel's smart plan lets them work.

        A channel that tells no plan is taken to run all of them.
        """
        if not self.scenes:
            return self.rules
        return tuple(rule for rule in self.rules if rule.rule_class in self.scenes)

    @property
    def detects_motion(self) -> bool:
        """Whether motion detection is at work, or is all that this channel could detect."""
        return self.motion is not None and (self.motion.enabled or not self.rules)


@dataclass(frozen=True, slots=True)
class Storage:
    """What a camera records to, in bytes, and whether something is wrong with it."""

    total: int
    used: int
    is_failed: bool

    @property
    def used_percent(self) -> float | None:
        """How full it is; None where there is nothing to fill."""
        return round(100 * self.used / self.total, 1) if self.total else None


@dataclass(frozen=True, slots=True)
class CameraState:
    """What the whole camera is set to.

    `clock_offset` is the camera's wall clock minus UTC, where a schedule depends on it;
    `profiles` are those that might be in force on each sensor when it was last read: they make
    states differ when a schedule brings others. `missing` is what the camera did not tell when
    it was last asked.
    """

    channels: tuple[ChannelState, ...] = ()
    profiles: tuple[tuple[int, ...], ...] = ()
    clock_offset: timedelta | None = None
    storage: Storage | None = None
    missing: frozenset[Topic] = frozenset()

    def camera_time(self, now: datetime) -> datetime | None:
        """Return the camera's wall clock at the moment `now` (UTC); None while not known."""
        return None if self.clock_offset is None else now + self.clock_offset


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """One video stream: subtype 0 is the main one, 1 and 2 are the sub streams."""

    subtype: int
    codec: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """What one sensor is and can do."""

    index: int
    title: str | None
    streams: tuple[StreamInfo, ...]
    emitters: frozenset[Emitter]
    has_day_night: bool
    has_lens: bool
    alarms: frozenset[Alarm] = frozenset()


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """What a camera is, and the tables it keeps of those that are of use here.

    `model_id` is the name its maker gave the model, where it is sold under another one.
    `answers` holds what else it was asked to find that out: each answer's pairs by the
    question, None where the camera refused it.
    """

    serial: str
    model: str
    model_id: str | None
    vendor: str
    firmware: str
    hardware: str | None
    name: str
    mac: str | None
    rtsp_port: int
    channels: tuple[ChannelInfo, ...]
    tables: tuple[str, ...]
    has_storage: bool
    answers: Mapping[str, Mapping[str, str] | None]
