"""Light: verdicts and plans as pure functions of what the camera is set to."""

from itertools import product

import pytest

from custom_components.dahua_camera.dahua.illumination import (
    is_lit,
    parse_legacy_lights,
    parse_lights,
    parse_schemes,
    plan_off,
    plan_on,
)
from custom_components.dahua_camera.dahua.state import ChannelState, Emitter, Plan
from custom_components.dahua_camera.dahua.tables import Node, child, parse_tables

INFRARED, WARM = Emitter.INFRARED, Emitter.WARM
PROFILES = (0, 1)


def tables(lines: dict[str, str]) -> Node:
    return parse_tables("".join(f"table.{key}={value}\n" for key, value in lines.items()))


def channel(lines: dict[str, str]) -> ChannelState:
    """Return channel 1 of a camera with the given lines."""
    found = tables(lines)
    return ChannelState(
        lights=parse_lights(1, child(found, "Lighting_V2", 1)),
        schemes=parse_schemes(1, child(found, "LightingScheme", 1)),
    )


def rows(
    infrared: str | None, warm: str | None, scheme: str | None = None, level: int = 40
) -> dict[str, str]:
    """Return the same rows for day and night, warm light first."""
    lines = {}
    for profile in PROFILES:
        for index, (light, mode) in enumerate((("WhiteLight", warm), ("InfraredLight", infrared))):
            if mode:
                row = f"Lighting_V2[1][{profile}][{index}]"
                lines |= {
                    f"{row}.LightType": light,
                    f"{row}.Mode": mode,
                    f"{row}.NearLight[0].Light": str(level),
                    f"{row}.FarLight[0].Light": str(level // 2),
                }
        if scheme:
            lines[f"LightingScheme[1][{profile}].LightingMode"] = scheme
    return lines


def carry_out(lines: dict[str, str], plan: Plan) -> ChannelState:
    """Return the channel after the writes of a plan; each must change an existing key."""
    written = dict(lines)
    for writes in plan:
        assert writes.keys() <= written.keys()
        written |= writes
    return channel(written)


@pytest.mark.parametrize(
    ("infrared", "warm", "scheme", "infrared_lit", "warm_lit"),
    [
        ("Manual", "Off", None, True, False),
        ("Off", "Manual", None, False, True),
        ("Auto", "ZoomPrio", None, None, None),
        ("Manual", "Manual", "InfraredMode", True, False),
        ("Manual", "Manual", "WhiteMode", False, True),
        ("Manual", "Manual", "AIMode", None, None),
        ("Off", "Off", "AIMode", None, None),
        ("Manual", "Manual", "MixMode", None, None),
        ("Manual", "Manual", "OffMode", False, False),
        ("Auto", "Auto", "WhiteMode", False, None),
        (None, "Manual", None, None, True),
    ],
)
def test_verdicts(
    infrared: str | None,
    warm: str,
    scheme: str | None,
    infrared_lit: bool | None,
    warm_lit: bool | None,
) -> None:
    state = channel(rows(infrared, warm, scheme))
    assert is_lit(state, INFRARED, PROFILES) is infrared_lit
    assert is_lit(state, WARM, PROFILES) is warm_lit


def test_manual_at_level_zero_is_dark() -> None:
    assert is_lit(channel(rows("Manual", "Off", level=0)), INFRARED, PROFILES) is False


def test_profiles_that_disagree_are_no_verdict() -> None:
    lines = rows("Manual", "Off")
    lines["Lighting_V2[1][1][1].Mode"] = "Off"
    state = channel(lines)
    assert is_lit(state, INFRARED, (0,)) is True
    assert is_lit(state, INFRARED, (1,)) is False
    assert is_lit(state, INFRARED, (0, 1)) is None


def test_profile_without_a_row_is_no_verdict() -> None:
    assert is_lit(channel(rows("Manual", "Off")), INFRARED, (7,)) is None


SCHEMES = [None, "InfraredMode", "WhiteMode", "AIMode", "MixMode", "OffMode"]
MODES = ["Manual", "Auto", "Off", "ZoomPrio"]


@pytest.mark.parametrize("emitter", [INFRARED, WARM])
@pytest.mark.parametrize(("infrared", "warm", "scheme"), product([None, *MODES], MODES, SCHEMES))
def test_on_is_lit_and_off_is_dark_from_every_state(
    emitter: Emitter, infrared: str | None, warm: str, scheme: str | None
) -> None:
    lines = rows(infrared, warm, scheme)
    state = channel(lines)
    if emitter not in state.lights:
        return
    on = plan_on(state, emitter, PROFILES)
    assert is_lit(carry_out(lines, on), emitter, PROFILES) is True
    off = plan_off(state, emitter, PROFILES)
    assert is_lit(carry_out(lines, off), emitter, PROFILES) is False


def test_on_sets_every_led_group_in_every_profile() -> None:
    plan = plan_on(channel(rows("Auto", "Off", level=0)), WARM, PROFILES, 70)
    assert plan == (
        {
            f"Lighting_V2[1][{profile}][0].{key}": value
            for profile in PROFILES
            for key, value in (
                ("Mode", "Manual"),
                ("NearLight[0].Light", "70"),
                ("FarLight[0].Light", "70"),
            )
        },
    )


@pytest.mark.parametrize(("level", "expected"), [(0, "100"), (40, "40")])
def test_on_without_a_level_is_as_bright_as_it_was(level: int, expected: str) -> None:
    [writes] = plan_on(channel(rows("Auto", "Off", level=level)), WARM, (1,))
    assert writes["Lighting_V2[1][1][0].NearLight[0].Light"] == expected


def test_tables_that_depend_on_each_other_are_written_apart() -> None:
    first, second = plan_on(channel(rows("Auto", "Off", "InfraredMode")), WARM, PROFILES)
    assert all(key.startswith("Lighting_V2") for key in first)
    assert second == {f"LightingScheme[1][{p}].LightingMode": "WhiteMode" for p in PROFILES}


@pytest.mark.parametrize("scheme", ["WhiteMode", "AIMode"])
def test_warm_light_off_gives_the_night_back_to_infrared(scheme: str) -> None:
    _, schemes = plan_off(channel(rows("Auto", "Manual", scheme)), WARM, PROFILES)
    assert set(schemes.values()) == {"InfraredMode"}


def test_infrared_off_leaves_warm_light_as_it_is() -> None:
    [writes] = plan_off(channel(rows("Manual", "Manual", "WhiteMode")), INFRARED, PROFILES)
    assert set(writes.values()) == {"Off"}


def test_rows_are_found_by_their_type_and_other_rows_left_alone() -> None:
    lines = rows("Auto", "Off")
    lines |= {"Lighting_V2[1][0][2].LightType": "AIMixLight", "Lighting_V2[1][0][2].Mode": "Auto"}
    state = channel(lines)
    assert state.lights.keys() == {INFRARED, WARM}
    assert state.lights[INFRARED][0].path == "Lighting_V2[1][0][1]"


def test_legacy_table_has_one_light() -> None:
    found = tables({"Lighting[1][0].Mode": "Manual", "Lighting[1][0].MiddleLight[0].Light": "9"})
    lights = parse_legacy_lights(1, child(found, "Lighting", 1), INFRARED)
    assert lights[INFRARED][0].path == "Lighting[1][0]"
    assert is_lit(ChannelState(lights=lights), INFRARED, (0,)) is True
    assert parse_legacy_lights(1, {}, INFRARED) == {}
