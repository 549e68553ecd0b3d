"""From tables and darkness to what really happens: live profile, burning LEDs, colour.

Everything here is computed from what is stored and what is dark; nothing is remembered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
import math

from .clock import in_section, week_row
from .hardware import INFRARED, LIGHT_TYPES, WARM, ChannelHardware
from .store import ConfigStore

DARK = 0.5
"""Darkness from which on the camera takes it for night."""
_COLOR_BY_WARM_LIGHT = 10
"""LED level that keeps an automatic picture in colour."""
_TARGET_SECONDS = 30
"""For how long warm light stays after a person or vehicle, where nothing else is set."""

# ConfigEx says General where the tables say Normal.
_PROFILE_NAMES = (
    "Day",
    "Night",
    "General",
    "FrontLight",
    "BackLight",
    "StrongLight",
    "LowLight",
    "Custom",
)
# NightOptions.SwitchMode of cameras that do not obey VideoInMode, where it names one profile.
_SWITCH_MODE_PROFILES = {0: 0, 3: 1, 4: 2}
_GROUPS = ("NearLight", "MiddleLight", "FarLight")
_SCHEMES = {
    "InfraredMode": {INFRARED},
    "WhiteMode": {WARM},
    "MixMode": {INFRARED, WARM},
    "NormalMode": {INFRARED, WARM},
    "OffMode": set[str](),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What surrounds a sensor; `target_age` is for how many seconds no target has been seen."""

    darkness: float
    clock: datetime
    zoom: float = 0.0
    target_age: float = math.inf

    @property
    def dark(self) -> bool:
        """Whether the camera takes it for night."""
        return self.darkness >= DARK


def live_profile(store: ConfigStore, channel: int, around: Surroundings) -> int:
    """Return the row of the image profile in force."""
    prefix = f"VideoInMode[{channel}]"
    if prefix not in store or not store.is_writable("VideoInMode"):
        return _legacy_profile(store, channel, around)
    day = store.integer(f"{prefix}.Config[0]")
    night = store.integer(f"{prefix}.Config[1]", 1)
    match store.integer(f"{prefix}.Mode"):
        case 0:
            return day
        case 1:
            return day if _daytime(store, prefix, around.clock) else night
        case 4:
            name = store.text(f"{prefix}.ConfigEx", "Day")
            return _PROFILE_NAMES.index(name) if name in _PROFILE_NAMES else 0
        case _:
            return night if around.dark else day


def _daytime(store: ConfigStore, prefix: str, clock: datetime) -> bool:
    row = week_row(clock, store.count(f"{prefix}.TimeSection"))
    sections = store.under(f"{prefix}.TimeSection[{row}]")
    return any(in_section(section, clock) for _, section in sections)


def _legacy_profile(store: ConfigStore, channel: int, around: Surroundings) -> int:
    options = f"VideoInOptions[{channel}].NightOptions"
    mode = store.integer(f"{options}.SwitchMode", 1)
    if mode in _SWITCH_MODE_PROFILES:
        return _SWITCH_MODE_PROFILES[mode]
    if mode == 1:
        return int(around.dark)
    now = around.clock.hour * 60 + around.clock.minute
    sunrise = store.integer(f"{options}.SunriseHour", 6) * 60
    sunset = store.integer(f"{options}.SunsetHour", 18) * 60
    sunrise += store.integer(f"{options}.SunriseMinute")
    sunset += store.integer(f"{options}.SunsetMinute")
    if sunrise > sunset:
        # On a clock of another part of the world, the day runs over midnight.
        return int(sunset <= now < sunrise)
    return int(not sunrise <= now < sunset)


def led_levels(
    store: ConfigStore,
    hardware: ChannelHardware,
    channel: int,
    around: Surroundings,
) -> dict[str, int]:
    """Return how strongly each lamp kind burns, 0 to 100; lamps that are not built in: 0."""
    profile = live_profile(store, channel, around)
    levels = {INFRARED: 0, WARM: 0}
    scheme = _scheme(store, f"LightingScheme[{channel}][{profile}]", around.clock)
    for emitter in hardware.emitters:
        if scheme == "AIMode":
            levels[emitter] = _smart_level(store, channel, profile, emitter, around)
        elif not scheme or emitter in _SCHEMES.get(scheme, ()):
            levels[emitter] = _row_level(store, channel, profile, emitter, around)
    return levels


def _scheme(store: ConfigStore, row: str, clock: datetime) -> str:
    """Return the scheme in force; one that follows a schedule comes before the fixed one."""
    if store.text(f"{row}.SchemeSchedule.Enable") == "true":
        plan = f"{row}.SchemeSchedule.TimeSectionByWeek"
        for _, section in store.under(f"{plan}[{week_row(clock, store.count(plan))}]"):
            hours, _, scheme = section.partition(" ")
            if in_section(f"1 {hours}", clock):
                return scheme
    return store.text(f"{row}.LightingMode")


def _light_row(store: ConfigStore, channel: int, profile: int, light_type: str) -> str | None:
    rows = f"Lighting_V2[{channel}][{profile}]"
    for index in range(store.count(rows)):
        if store.text(f"{rows}[{index}].LightType") == light_type:
            return f"{rows}[{index}]"
    return None


def _row_level(
    store: ConfigStore, channel: int, profile: int, emitter: str, around: Surroundings
) -> int:
    row = _light_row(store, channel, profile, LIGHT_TYPES[emitter])
    if row is None and "Lighting_V2" not in store and emitter == INFRARED:
        row = f"Lighting[{channel}][{profile}]"
    if row is None:
        return 0
    match store.text(f"{row}.Mode"):
        case "Manual":
            return _mean(_group_levels(store, row))
        case "Auto":
            return _automatic(store, row, around)
        case "ZoomPrio":
            return _zoomed(store, row, around)
        case "SmartLight":
            recent = around.target_age <= _TARGET_SECONDS
            lit = recent == (emitter == WARM)
            return _automatic(store, row, around) if lit else 0
        case _:
            return 0


def _group_levels(store: ConfigStore, row: str) -> list[int]:
    return [
        store.integer(f"{row}.{group}[{index}].Light")
        for group in _GROUPS
        for index in range(store.count(f"{row}.{group}"))
    ]


def _mean(levels: Sequence[float]) -> int:
    return round(sum(levels) / len(levels)) if levels else 0


def _automatic(store: ConfigStore, row: str, around: Surroundings) -> int:
    if not around.dark:
        return 0
    return round(store.integer(f"{row}.PercentOfMaxBrightness", 100) * around.darkness)


def _zoomed(store: ConfigStore, row: str, around: Surroundings) -> int:
    """Return the level of lamps that follow the lens: near ones for wide, far ones for tele."""
    correction = (store.integer(f"{row}.Correction", 50) - 50) / 100
    reach = min(max(around.zoom + correction, 0.2), 1.0)
    return round(_automatic(store, row, around) * reach)


def _smart_level(
    store: ConfigStore, channel: int, profile: int, emitter: str, around: Surroundings
) -> int:
    """Return the level under smart dual light: warm while a target is seen, else infrared."""
    if not around.dark:
        return 0
    row = _light_row(store, channel, profile, "AIMixLight")
    delay = store.integer(f"{row}.AIMixLightSwitchDelay", _TARGET_SECONDS)
    warm = around.target_age <= delay and store.text(f"{row}.Mode") == "Auto"
    if warm != (emitter == WARM):
        return 0
    return round(100 * around.darkness)


def is_color(
    store: ConfigStore,
    hardware: ChannelHardware,
    channel: int,
    around: Surroundings,
) -> bool:
    """Tell whether the picture is in colour; without an IR-cut filter it always is."""
    if not hardware.ir_cut:
        return True
    profile = live_profile(store, channel, around)
    mode = store.text(f"VideoInDayNight[{channel}][{profile}].Mode")
    if not mode:
        mode = _legacy_day_night(store, channel, profile)
    if mode in ("Color", "BlackWhite"):
        return mode == "Color"
    warm = led_levels(store, hardware, channel, around)[WARM]
    return not around.dark or warm >= _COLOR_BY_WARM_LIGHT


def _legacy_day_night(store: ConfigStore, channel: int, profile: int) -> str:
    part = {1: ".NightOptions", 2: ".NormalOptions"}.get(profile, "")
    value = store.integer(f"VideoInOptions[{channel}]{part}.DayNightColor", 1)
    return {0: "Color", 2: "BlackWhite"}.get(value, "Brightness")
