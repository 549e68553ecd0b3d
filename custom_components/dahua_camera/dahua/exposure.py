"""How long the shutter is open."""

from collections.abc import Iterable
from math import isclose

from .profiles import agreed
from .state import ChannelState, Exposure, Plan, Shutter
from .tables import Node, integer, number, rows

TABLE = "VideoInExposure"


_MILLISECONDS = {
    shutter: 1000 / int(shutter.removeprefix("1/"))
    for shutter in Shutter
    if shutter is not Shutter.AUTOMATIC
}
_AUTOMATIC = 0
# Shutter priority: the time is fixed, the gain goes on adapting itself.
_SHUTTER_PRIORITY = 8
# The camera's own decision, within limits or not, of the gain or the iris but not the time.
_MODES_THAT_ADAPT = {_AUTOMATIC, 1, 2, 5, 7}


def parse_exposures(channel: int, node: Node) -> dict[int, Exposure]:
    """Read one channel of the table `VideoInExposure`, by profile."""
    return {
        profile: Exposure(
            path=f"{TABLE}[{channel}][{profile}]",
            mode=integer(row, "Mode"),
            shortest=number(row, "Value1"),
            longest=number(row, "Value2"),
        )
        for profile, row in rows(node)
        if "Mode" in row
    }


def shutter(state: ChannelState, profiles: Iterable[int]) -> Shutter | None:
    """Return the shutter time in the given profiles.

    None if they differ, or where it is a range or a time that is not on offer.
    """
    return agreed(_shutter_of(state.exposures[p]) for p in profiles if p in state.exposures)


def _shutter_of(exposure: Exposure) -> Shutter | None:
    if exposure.mode in _MODES_THAT_ADAPT:
        return Shutter.AUTOMATIC
    for choice, milliseconds in _MILLISECONDS.items():
        # The camera rounds what it stores to a few digits.
        if all(
            isclose(time, milliseconds, rel_tol=0.02)
            for time in (exposure.shortest, exposure.longest)
        ):
            return choice
    return None


def plan_shutter(state: ChannelState, wanted: Shutter, profiles: Iterable[int]) -> Plan:
    """Plan the shutter time of every given profile; automatic leaves the times as they are."""
    writes: dict[str, str] = {}
    for profile in profiles:
        if (exposure := state.exposures.get(profile)) is None:
            continue
        if wanted is Shutter.AUTOMATIC:
            writes[f"{exposure.path}.Mode"] = str(_AUTOMATIC)
            continue
        writes[f"{exposure.path}.Mode"] = str(_SHUTTER_PRIORITY)
        for key in ("Value1", "Value2"):
            writes[f"{exposure.path}.{key}"] = f"{_MILLISECONDS[wanted]:.6f}"
    return (writes,) if writes else ()
