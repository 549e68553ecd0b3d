"""Light: what burns, and the writes that make it burn or go dark.

Three tables decide together: the profile in force, the scheme (where the camera has one) and
the emitter's row in that profile. Rows are found by their `LightType`, never by their index.
"""

from collections.abc import Iterable

from .profiles import agreed
from .state import ChannelState, Control, Emitter, LightRow, Plan, Scheme, Setting
from .tables import Node, boolean, by_table, child, integer, rows, text

TABLE = "Lighting_V2"
LEGACY_TABLE = "Lighting"
SCHEME_TABLE = "LightingScheme"

_GROUPS = ("NearLight", "MiddleLight", "FarLight")
_FULL = 100

# The scheme that gives the channel to one emitter alone; under all others the camera decides.
_SCHEME_OF = {Emitter.INFRARED: Scheme.INFRARED, Emitter.WARM: Scheme.WARM}
_ALL_DARK = "OffMode"
_SHUT_OUT_BY: dict[Emitter, set[str]] = {
    emitter: {*_SCHEME_OF.values(), _ALL_DARK} - {own} for emitter, own in _SCHEME_OF.items()
}
_SCHEME_KEY = "LightingMode"
_SCHEDULE = "SchemeSchedule"


def parse_lights(channel: int, node: Node) -> dict[Emitter, dict[int, LightRow]]:
    """Read one channel of the table `Lighting_V2`: per emitter its row in each profile."""
    lights: dict[Emitter, dict[int, LightRow]] = {}
    for profile, profile_rows in rows(node):
        for index, row in rows(profile_rows):
            try:
                emitter = Emitter(text(row, "LightType"))
            except ValueError:
                continue
            path = f"{TABLE}[{channel}][{profile}][{index}]"
            lights.setdefault(emitter, {})[profile] = _parse_row(path, row)
    return lights


def parse_legacy_lights(
    channel: int, node: Node, emitter: Emitter
) -> dict[Emitter, dict[int, LightRow]]:
    """Read one channel of the table `Lighting`, whose rows do not tell which light they are."""
    found = {
        profile: _parse_row(f"{LEGACY_TABLE}[{channel}][{profile}]", row)
        for profile, row in rows(node)
        if "Mode" in row
    }
    return {emitter: found} if found else {}


def _parse_row(path: str, row: Node) -> LightRow:
    return LightRow(
        path=path,
        mode=text(row, "Mode"),
        groups=tuple(
            (f"{group}[{index}]", integer(led, "Light"))
            for group in _GROUPS
            for index, led in rows(child(row, group))
            if "Light" in led
        ),
    )


def parse_schemes(channel: int, node: Node) -> dict[int, Setting]:
    """Read one channel of the table `LightingScheme`.

    Where a row follows a schedule of its own, that decides, and the camera by it.
    """
    return {
        profile: Setting(
            f"{SCHEME_TABLE}[{channel}][{profile}].{_SCHEME_KEY}",
            _SCHEDULE if boolean(child(row, _SCHEDULE), "Enable") else text(row, _SCHEME_KEY),
        )
        for profile, row in rows(node)
        if _SCHEME_KEY in row
    }


def allowed_controls(state: ChannelState, emitter: Emitter, *, zooms: bool) -> tuple[Control, ...]:
    """Return the controls that an emitter's rows take, in the order in which to offer them.

    Following the zoom takes a lens that has one; the vendor's rarer ways are offered where
    the camera uses them, so that one can go back to them.
    """
    used = {row.mode for row in state.lights.get(emitter, {}).values()}
    common = {Control.AUTO, Control.MANUAL, Control.OFF}
    if zooms:
        common.add(Control.ZOOM_PRIORITY)
    return tuple(control for control in Control if control in common or control in used)


def is_lit(state: ChannelState, emitter: Emitter, profiles: Iterable[int]) -> bool | None:
    """Tell whether an emitter burns in each of the profiles that may be in force.

    None where the camera decides by itself or the profiles disagree.
    """
    return agreed(_is_lit_in(state, emitter, profile) for profile in profiles)


def _is_lit_in(state: ChannelState, emitter: Emitter, profile: int) -> bool | None:
    row = state.lights.get(emitter, {}).get(profile)
    scheme = state.schemes.get(profile)
    if scheme and scheme.value != _SCHEME_OF[emitter]:
        return False if scheme.value in _SHUT_OUT_BY[emitter] else None
    if row is None or row.mode not in {Control.MANUAL, Control.OFF}:
        return None
    return row.mode == Control.MANUAL and brightness(row) > 0


def brightness(row: LightRow) -> int:
    """Return the level of the brightest LED group, 0 to 100."""
    return max((level for _, level in row.groups), default=0)


def control(state: ChannelState, emitter: Emitter, profiles: Iterable[int]) -> Control | None:
    """Return what drives an emitter in the given profiles; None if they differ."""
    mode = agreed(row.mode for row in _rows_in(state, emitter, profiles))
    return Control(mode) if mode and mode in Control else None


def level(state: ChannelState, emitter: Emitter, profiles: Iterable[int]) -> int | None:
    """Return the brightness set for an emitter in the given profiles; None if they differ."""
    return agreed(brightness(row) for row in _rows_in(state, emitter, profiles) if row.groups)


def scheme(state: ChannelState, profiles: Iterable[int]) -> Scheme | None:
    """Return the scheme of the given profiles; None if they differ or have a rarer one."""
    value = agreed(state.schemes[p].value for p in profiles if p in state.schemes)
    return Scheme(value) if value and value in Scheme else None


def is_shut_out(state: ChannelState, emitter: Emitter, profiles: Iterable[int]) -> bool:
    """Tell whether the scheme keeps an emitter dark in all given profiles, whatever its rows."""
    others = _SHUT_OUT_BY[emitter]
    return all(p in state.schemes and state.schemes[p].value in others for p in profiles)


def plan_control(
    state: ChannelState, emitter: Emitter, wanted: Control, profiles: Iterable[int]
) -> Plan:
    """Plan what has an emitter driven in the wanted way in every given profile."""
    rows_in = _rows_in(state, emitter, profiles)
    return by_table({f"{row.path}.Mode": wanted.value for row in rows_in})


def plan_level(state: ChannelState, emitter: Emitter, wanted: int, profiles: Iterable[int]) -> Plan:
    """Plan the brightness of every LED group of an emitter in every given profile."""
    return by_table(
        {
            f"{row.path}.{group}.Light": str(wanted)
            for row in _rows_in(state, emitter, profiles)
            for group, _ in row.groups
        }
    )


def plan_scheme(state: ChannelState, wanted: Scheme, profiles: Iterable[int]) -> Plan:
    """Plan the scheme of every given profile."""
    return by_table(_scheme_writes(state, tuple(profiles), wanted, unless=set()))


def plan_on(
    state: ChannelState,
    emitter: Emitter,
    profiles: Iterable[int],
    level: int | None = None,
    *,
    whole: bool = False,
) -> Plan:
    """Plan what lights an emitter in every given profile, at `level` or as bright as it was.

    A `whole` plan holds all that the light depends on, be it so already.
    """
    profiles = tuple(profiles)
    writes: dict[str, str] = {}
    for row in _rows_in(state, emitter, profiles):
        writes[f"{row.path}.Mode"] = Control.MANUAL.value
        for group, _ in row.groups:
            writes[f"{row.path}.{group}.Light"] = str(level or brightness(row) or _FULL)
    scheme = _SCHEME_OF[emitter]
    unless: set[str] = set() if whole else {scheme}
    return by_table(writes | _scheme_writes(state, profiles, scheme, unless=unless))


def plan_off(state: ChannelState, emitter: Emitter, profiles: Iterable[int]) -> Plan:
    """Plan what makes an emitter dark in every given profile.

    A scheme that could light it again goes to infrared, where the channel has it, so that
    the night picture stays lit.
    """
    profiles = tuple(profiles)
    writes = {f"{row.path}.Mode": Control.OFF.value for row in _rows_in(state, emitter, profiles)}
    refuge = Emitter.INFRARED if Emitter.INFRARED in state.lights else Emitter.WARM
    unless = _SHUT_OUT_BY[emitter] | {_SCHEME_OF[refuge]}
    return by_table(writes | _scheme_writes(state, profiles, _SCHEME_OF[refuge], unless=unless))


def _rows_in(state: ChannelState, emitter: Emitter, profiles: Iterable[int]) -> Iterable[LightRow]:
    found = state.lights.get(emitter, {})
    return (found[profile] for profile in profiles if profile in found)


def _scheme_writes(
    state: ChannelState, profiles: tuple[int, ...], wanted: Scheme, *, unless: set[str]
) -> dict[str, str]:
    """Set the wanted scheme in each profile, except where it is one of `unless`."""
    writes: dict[str, str] = {}
    for profile in profiles:
        if (scheme := state.schemes.get(profile)) and scheme.value not in unless:
            if scheme.value == _SCHEDULE:
                writes[f"{scheme.key.removesuffix(_SCHEME_KEY)}{_SCHEDULE}.Enable"] = "false"
            writes[scheme.key] = wanted.value
    return writes
