"""Which image profile is in force, as far as the camera lets one know."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import Enum, IntEnum, auto
import re

from .state import ImageProfile, Plan, TimeSection, VideoInMode
from .tables import Node, child, integer, rows, text

TABLE = "VideoInMode"
LEGACY_TABLE = "VideoInOptions"

DAY, NIGHT, GENERAL = 0, 1, 2

# In the order of the rows of all image tables.
PROFILE_NAMES = (
    "Day",
    "Night",
    "Normal",
    "FrontLight",
    "BackLight",
    "StrongLight",
    "LowLight",
    "Custom",
    "Custom2",
)
_ALSO_CALLED = {"General": GENERAL, "Custom1": 7}
_NAMES_TO_WRITE = {DAY: "Day", NIGHT: "Night", GENERAL: "General"}

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_SECTION = re.compile(r"\s*(\d+)\s+(\d\d:\d\d:\d\d)-(\d\d:\d\d:\d\d)")


class ProfileMode(IntEnum):
    """What chooses the profile (`VideoInMode[channel].Mode`)."""

    FULL_TIME = 0
    SCHEDULE = 1
    BY_BRIGHTNESS = 2
    BY_NAME = 4


class Way(Enum):
    """How a camera is told what chooses the profile."""

    BY_NAME = auto()
    BY_NUMBER = auto()
    SWITCH_MODE = auto()
    """In the legacy table."""


# What a person chooses, as mode and the profiles for day and night.
_CHOICES = {
    ImageProfile.DAY: (ProfileMode.FULL_TIME, (DAY,)),
    ImageProfile.NIGHT: (ProfileMode.FULL_TIME, (NIGHT,)),
    ImageProfile.GENERAL: (ProfileMode.FULL_TIME, (GENERAL,)),
    ImageProfile.SCHEDULE: (ProfileMode.SCHEDULE, (DAY, NIGHT)),
    ImageProfile.AUTOMATIC: (ProfileMode.BY_BRIGHTNESS, (DAY, NIGHT)),
}
# `NightOptions.SwitchMode` of cameras that do not obey the table `VideoInMode`.
_SWITCH_MODES = {
    ImageProfile.DAY: 0,
    ImageProfile.AUTOMATIC: 1,
    ImageProfile.SCHEDULE: 2,
    ImageProfile.NIGHT: 3,
    ImageProfile.GENERAL: 4,
}
_SWITCH_MODE_KEY = "NightOptions.SwitchMode"


def image_profile(mode: VideoInMode) -> ImageProfile | None:
    """Return what a person would call a channel's choice; None for one without such a name."""
    match mode.mode:
        case ProfileMode.SCHEDULE:
            return ImageProfile.SCHEDULE
        case ProfileMode.BY_BRIGHTNESS:
            return ImageProfile.AUTOMATIC
        case ProfileMode.FULL_TIME | ProfileMode.BY_NAME:
            [profile, *others] = possible_profiles(mode, None)
            for choice in (ImageProfile.DAY, ImageProfile.NIGHT, ImageProfile.GENERAL):
                if not others and _CHOICES[choice][1] == (profile,):
                    return choice
    return None


def key_of_mode(channel: int) -> str:
    """Return the key of what chooses a channel's profile."""
    return f"{TABLE}[{channel}].Mode"


def ways_to_choose(mode: VideoInMode, wanted: ImageProfile) -> tuple[Way, ...]:
    """Return the ways in which a channel may obey, the likeliest first.

    Of cameras that tell a name some force a profile by that only, and to others it means nothing:
    those have it differ from the number that they follow.
    """
    if mode.is_legacy:
        return (Way.SWITCH_MODE,)
    if mode.config_ex is None or _CHOICES[wanted][0] is not ProfileMode.FULL_TIME:
        return (Way.BY_NUMBER,)
    named = profile_by_name(mode.config_ex)
    if mode.mode == ProfileMode.FULL_TIME and mode.config[:1] != (named,):
        return (Way.BY_NUMBER, Way.BY_NAME)
    return (Way.BY_NAME, Way.BY_NUMBER)


def plan_image_profile(channel: int, mode: VideoInMode, wanted: ImageProfile, way: Way) -> Plan:
    """Plan what makes a channel choose its profile as wanted.

    The mode is written with it, or the camera flips back within seconds; of the profiles for day
    and night no more than the table has places for, as unknown keys may have the lot refused.
    """
    row, mode_key = f"{TABLE}[{channel}]", key_of_mode(channel)
    wanted_mode, config = _CHOICES[wanted]
    match way:
        case Way.SWITCH_MODE:
            key = f"{LEGACY_TABLE}[{channel}].{_SWITCH_MODE_KEY}"
            return ({key: str(_SWITCH_MODES[wanted])},)
        case Way.BY_NAME:
            name = _NAMES_TO_WRITE[config[0]]
            return ({mode_key: str(ProfileMode.BY_NAME.value), f"{row}.ConfigEx": name},)
        case Way.BY_NUMBER:
            places = len(mode.config) or int(wanted_mode is ProfileMode.FULL_TIME)
            writes = {mode_key: str(wanted_mode.value)}
            for place, profile in enumerate(config[:places]):
                writes[f"{row}.Config[{place}]"] = str(profile)
            return (writes,)


def possible_profiles(mode: VideoInMode, camera_time: datetime | None) -> tuple[int, ...]:
    """Return the profiles that may be in force, at least one.

    Where the camera switches by brightness nothing tells which one is live, so both day and
    night are; the same where the mode is not known, and with both profiles of a schedule where
    that or the clock is not known.
    `camera_time` is the camera's own wall clock.
    """
    match mode.mode:
        case ProfileMode.FULL_TIME if mode.config:
            return (mode.config[0],)
        case ProfileMode.BY_NAME if (named := profile_by_name(mode.config_ex)) is not None:
            return (named,)
        case ProfileMode.SCHEDULE:
            day, night = _day_and_night(mode)
            if camera_time is None or not mode.sections:
                return (day, night)
            return (day if _within(mode.sections, camera_time) else night,)
    return (DAY, NIGHT)


def coming_profiles(mode: VideoInMode) -> tuple[int, ...]:
    """Return the profiles that a schedule brings into force in the course of a day."""
    return _day_and_night(mode) if mode.mode == ProfileMode.SCHEDULE else ()


def until_change(mode: VideoInMode, camera_time: datetime) -> timedelta | None:
    """Return after how long a schedule may bring another profile; None where there is none."""
    if mode.mode != ProfileMode.SCHEDULE:
        return None
    # A section lasts until its last second is over, and at midnight another day has others.
    edges = {timedelta()}
    for section in (section for day in mode.sections for section in day):
        edges |= {_since_midnight(section.start), _since_midnight(section.end) + _SECOND}
    now = _since_midnight(camera_time.time())
    return min((edge - now) % _DAY or _DAY for edge in edges)


def agreed[T](told: Iterable[T]) -> T | None:
    """Return what all profiles tell; None if they differ, or nothing is told."""
    found = set(told)
    return found.pop() if len(found) == 1 else None


def _since_midnight(clock: time) -> timedelta:
    return timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )


def _day_and_night(mode: VideoInMode) -> tuple[int, ...]:
    return (*mode.config, *(DAY, NIGHT)[len(mode.config) :])[:2]


def profile_by_name(name: str | None) -> int | None:
    """Return the row that a profile's name stands for; None for an unknown one."""
    if name is None:
        return None
    if name in PROFILE_NAMES:
        return PROFILE_NAMES.index(name)
    return _ALSO_CALLED.get(name)


def _within(sections: tuple[tuple[TimeSection, ...], ...], moment: datetime) -> bool:
    """Tell whether a moment is in a section of its weekday; one row alone serves all days.

    A section that ends before it begins runs over midnight.
    """
    sunday_first = (moment.weekday() + 1) % 7
    day = sections[sunday_first] if sunday_first < len(sections) else sections[0]
    clock = moment.time().replace(microsecond=0)
    return any(
        section.start <= clock <= section.end
        if section.start <= section.end
        else clock >= section.start or clock <= section.end
        for section in day
    )


def parse_video_in_mode(node: Node) -> VideoInMode:
    """Read one channel's row of the table `VideoInMode`."""
    config = child(node, "Config")
    return VideoInMode(
        mode=integer(node, "Mode", -1) if "Mode" in node else None,
        config=tuple(
            integer(config, index) for index in sorted(k for k in config if isinstance(k, int))
        ),
        config_ex=text(node, "ConfigEx") if "ConfigEx" in node else None,
        sections=tuple(_parse_day(day) for _, day in rows(child(node, "TimeSection"))),
    )


def _parse_day(day: Node) -> tuple[TimeSection, ...]:
    """Read the sections of a day that are switched on, such as `1 06:30:00-18:30:00`."""
    sections = []
    for value in day.values():
        if isinstance(value, str) and (match := _SECTION.match(value)):
            enabled, *ends = match.groups()
            try:
                start, end = (
                    time.fromisoformat(end.replace("24:00:00", "23:59:59")) for end in ends
                )
            except ValueError:
                continue
            if int(enabled):
                sections.append(TimeSection(start, end))
    return tuple(sections)


def parse_legacy_mode(node: Node) -> VideoInMode:
    """Read one channel's row of the table `VideoInOptions`."""
    night = child(node, "NightOptions")
    switch_mode = integer(night, "SwitchMode", -1)
    for choice, number in _SWITCH_MODES.items():
        if number == switch_mode:
            mode, config = _CHOICES[choice]
            return VideoInMode(mode, config, sections=_sun(night), is_legacy=True)
    return VideoInMode(is_legacy=True)


def _sun(night: Node) -> tuple[tuple[TimeSection, ...], ...]:
    """Return the time from sunrise to sunset, if told, as the only section of every day."""
    if "SunriseHour" not in night or "SunsetHour" not in night:
        return ()

    def clock(name: str) -> time:
        hour, minute, second = (integer(night, f"{name}{p}") for p in ("Hour", "Minute", "Second"))
        return time(hour, minute, second)

    try:
        return ((TimeSection(clock("Sunrise"), clock("Sunset")),),)
    except ValueError:
        return ()
