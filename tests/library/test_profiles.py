"""The profiles that may be in force."""

from datetime import datetime, time, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.dahua_camera.dahua.profiles import (
    parse_legacy_mode,
    parse_video_in_mode,
    possible_profiles,
    profile_by_name,
    until_change,
)
from custom_components.dahua_camera.dahua.state import TimeSection, VideoInMode
from custom_components.dahua_camera.dahua.tables import Node, child, parse_tables

# 2026-01-05 is a Monday.
NOON = datetime(2026, 1, 5, 12, 0)
MIDNIGHT = datetime(2026, 1, 5, 0, 0, 1)
ONE_ROW = ((TimeSection(time(6, 30), time(18, 30)),),)
WEEK = ((), (TimeSection(time(6), time(7)), TimeSection(time(11), time(13))), (), (), (), (), ())

SCHEDULED = VideoInMode(1, (0, 1), sections=ONE_ROW)

type Sections = tuple[tuple[TimeSection, ...], ...]


@pytest.mark.parametrize(
    ("mode", "moment", "profiles"),
    [
        (VideoInMode(0, (0, 1)), None, (0,)),
        (VideoInMode(0, (1,)), None, (1,)),
        (VideoInMode(0, (2,), "Day"), None, (2,)),
        (VideoInMode(0), None, (0, 1)),
        (VideoInMode(1, (0, 1), sections=ONE_ROW), NOON, (0,)),
        (VideoInMode(1, (0, 1), sections=ONE_ROW), MIDNIGHT, (1,)),
        (VideoInMode(1, (2, 6), sections=ONE_ROW), NOON, (2,)),
        (VideoInMode(1, (2, 6), sections=ONE_ROW), MIDNIGHT, (6,)),
        (VideoInMode(1, (0, 1), sections=WEEK), NOON, (0,)),
        (VideoInMode(1, (0, 1), sections=WEEK), datetime(2026, 1, 4, 12), (1,)),
        (VideoInMode(1, (0, 1), sections=ONE_ROW), None, (0, 1)),
        (VideoInMode(1, (0, 1)), NOON, (0, 1)),
        (VideoInMode(1, (2, 6), sections=ONE_ROW), None, (2, 6)),
        (VideoInMode(1, (2, 6)), NOON, (2, 6)),
        (VideoInMode(1, (2,)), NOON, (2, 1)),
        (VideoInMode(1), NOON, (0, 1)),
        (VideoInMode(2, (0, 1), "Day"), NOON, (0, 1)),
        (VideoInMode(4, (0, 1), "Night"), None, (1,)),
        (VideoInMode(4, (0, 1), "General"), None, (2,)),
        (VideoInMode(4, (0, 1), "Moon"), None, (0, 1)),
        (VideoInMode(4, (0, 1)), None, (0, 1)),
        (VideoInMode(4, (0, 1), ""), None, (0, 1)),
        (VideoInMode(3, (0, 1)), NOON, (0, 1)),
        (VideoInMode(), NOON, (0, 1)),
    ],
)
def test_profiles_that_may_be_in_force(
    mode: VideoInMode, moment: datetime | None, profiles: tuple[int, ...]
) -> None:
    assert possible_profiles(mode, moment) == profiles


@pytest.mark.parametrize(
    ("clock", "profile"),
    [(time(6, 30), 0), (time(18, 30, 0, 999), 0), (time(18, 30, 1), 1), (time(6, 29, 59), 1)],
)
def test_ends_of_a_section_belong_to_it(clock: time, profile: int) -> None:
    mode = VideoInMode(1, (0, 1), sections=ONE_ROW)
    assert possible_profiles(mode, datetime.combine(NOON, clock)) == (profile,)


@pytest.mark.parametrize(
    ("clock", "profile"),
    [(time(22), 0), (time(23, 59, 59), 0), (time(6), 0), (time(6, 0, 1), 1), (time(12), 1)],
)
def test_section_that_ends_before_it_begins_runs_over_midnight(clock: time, profile: int) -> None:
    mode = VideoInMode(1, (0, 1), sections=((TimeSection(time(22), time(6)),),))
    assert possible_profiles(mode, datetime.combine(NOON, clock)) == (profile,)


def row(lines: str) -> Node:
    return child(parse_tables("".join(f"V.{line}\n" for line in lines.split("|"))), "V")


@pytest.mark.parametrize(
    ("mode", "clock", "wait"),
    [
        (SCHEDULED, time(12), timedelta(hours=6.5, seconds=1)),
        (
            VideoInMode(1, (0, 1), sections=ONE_ROW),
            time(18, 30, 0, 500_000),
            timedelta(seconds=0.5),
        ),
        (
            VideoInMode(1, (0, 1), sections=ONE_ROW),
            time(18, 30, 1),
            timedelta(hours=5.5, seconds=-1),
        ),
        (VideoInMode(1, (0, 1)), time(12), timedelta(hours=12)),
        (VideoInMode(2, (0, 1), sections=ONE_ROW), time(12), None),
    ],
)
def test_next_change_of_a_schedule(mode: VideoInMode, clock: time, wait: timedelta | None) -> None:
    assert until_change(mode, datetime.combine(NOON, clock)) == wait


@given(
    st.sampled_from([ONE_ROW, WEEK, ((TimeSection(time(22), time(4)),),)]),
    st.datetimes(datetime(2026, 1, 4), datetime(2026, 1, 12)),
    st.floats(0, 1),
)
def test_nothing_changes_before(sections: Sections, moment: datetime, part: float) -> None:
    mode = VideoInMode(1, (0, 1), sections=sections)
    wait = until_change(mode, moment)
    assert wait
    before = moment + min(wait * part, wait - timedelta.resolution)
    assert possible_profiles(mode, before) == possible_profiles(mode, moment)


def test_table_is_read() -> None:
    mode = parse_video_in_mode(
        row(
            "Mode=1|Config[0]=0|Config[1]=1|ConfigEx=Day|TimeSection[0][0]=1 06:30:00-18:30:00"
            "|TimeSection[0][1]=0 00:00:00-23:59:59|TimeSection[0][2]=1 20:00:00-24:00:00"
            "|TimeSection[0][3]=1 99:00:00-24:00:00|TimeSection[0][4]=never"
        )
    )
    evening = TimeSection(time(20), time(23, 59, 59))
    assert mode == VideoInMode(1, (0, 1), "Day", ((*ONE_ROW[0], evening),))


def test_table_without_its_rows_tells_nothing() -> None:
    assert parse_video_in_mode({}) == VideoInMode()
    assert parse_video_in_mode(row("Mode=odd")).mode == -1


def test_names_of_profiles() -> None:
    assert profile_by_name("Night") == 1
    assert profile_by_name("Custom1") == 7
    assert profile_by_name(None) is None


SUN = "NightOptions.SunriseHour=6|NightOptions.SunriseMinute=30|NightOptions.SunsetHour=18"


@pytest.mark.parametrize(
    ("told", "moment", "profiles"),
    [
        (SUN, NOON, (0,)),
        (SUN, MIDNIGHT, (1,)),
        ("NightOptions.SunriseHour=18|NightOptions.SunsetHour=6", MIDNIGHT, (0,)),
        ("NightOptions.SunriseHour=18|NightOptions.SunsetHour=6", NOON, (1,)),
        ("NightOptions.SunriseHour=6|NightOptions.SunsetHour=24", NOON, (0, 1)),
        ("DayNightColor=1", NOON, (0, 1)),
    ],
)
def test_day_by_the_sun(told: str, moment: datetime, profiles: tuple[int, ...]) -> None:
    mode = parse_legacy_mode(row(f"{told}|NightOptions.SwitchMode=2"))
    assert possible_profiles(mode, moment) == profiles
