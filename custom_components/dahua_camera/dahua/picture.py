"""The picture of a sensor: colour or black and white."""

from collections.abc import Iterable

from .profiles import agreed
from .state import ChannelState, DayNight, Plan, Setting
from .tables import Node, child, rows, text

TABLE = "VideoInDayNight"
LEGACY_TABLE = "VideoInOptions"

_WORDS = {DayNight.COLOR: "Color", DayNight.AUTO: "Brightness", DayNight.BLACK_WHITE: "BlackWhite"}
_LEGACY_KEY = "DayNightColor"
_LEGACY_WORDS = {DayNight.COLOR: "0", DayNight.AUTO: "1", DayNight.BLACK_WHITE: "2"}
# The legacy table is flat for day and holds the other profiles below a name.
_LEGACY_PARTS = ("", "NightOptions.", "NormalOptions.")


def parse_day_night(channel: int, node: Node) -> dict[int, Setting]:
    """Read one channel of the table `VideoInDayNight`, by profile."""
    return {
        profile: Setting(f"{TABLE}[{channel}][{profile}].Mode", text(row, "Mode"))
        for profile, row in rows(node)
        if "Mode" in row
    }


def parse_legacy_day_night(channel: int, node: Node) -> dict[int, Setting]:
    """Read one channel of the table `VideoInOptions`, by profile."""
    found = {}
    for profile, part in enumerate(_LEGACY_PARTS):
        options = child(node, part[:-1]) if part else node
        if _LEGACY_KEY in options:
            key = f"{LEGACY_TABLE}[{channel}].{part}{_LEGACY_KEY}"
            found[profile] = Setting(key, text(options, _LEGACY_KEY))
    return found


def day_night(state: ChannelState, profiles: Iterable[int]) -> DayNight | None:
    """Return the day/night setting in the profiles that may be in force; None if they differ.

    The vendor's other ways to decide by itself count as automatic.
    """
    return agreed(_meaning(state.day_night[p]) for p in profiles if p in state.day_night)


def plan_day_night(state: ChannelState, wanted: DayNight, profiles: Iterable[int]) -> Plan:
    """Plan what makes the given profiles show the picture in the wanted way.

    What is so already is written again, as the camera may have been told otherwise meanwhile.
    """
    writes = {
        setting.key: (setting.value if _meaning(setting) is wanted else _words_for(setting)[wanted])
        for profile in profiles
        if (setting := state.day_night.get(profile))
    }
    return (writes,) if writes else ()


def _words_for(setting: Setting) -> dict[DayNight, str]:
    return _LEGACY_WORDS if setting.key.endswith(_LEGACY_KEY) else _WORDS


def _meaning(setting: Setting) -> DayNight:
    for meaning, word in _words_for(setting).items():
        if setting.value == word:
            return meaning
    return DayNight.AUTO
