"""What a camera watches of its own picture, in either of the ways in which firmwares tell it."""

import pytest

from custom_components.dahua_camera.dahua.alarms import alarm_of, parse_alarms
from custom_components.dahua_camera.dahua.events import Action, Event
from custom_components.dahua_camera.dahua.state import Alarm
from custom_components.dahua_camera.dahua.tables import parse_tables


def test_alarms_of_one_table_are_told_apart_by_their_type() -> None:
    row = "table.VideoAbnormalDetection[0]"
    tables = parse_tables(
        f"{row}[0].Type=Unfocus\r\n{row}[0].Enable=true\r\n"
        f"{row}[1].Type=Shade\r\n{row}[1].Enable=false\r\n"
        f"{row}[2].Type=Fog\r\n{row}[2].Enable=true\r\n"
    )
    assert parse_alarms(0, tables) == {Alarm.DEFOCUSED}
    assert parse_alarms(1, tables) == set()


@pytest.mark.parametrize(
    ("code", "data", "alarm"),
    [
        ("VideoBlind", {}, Alarm.TAMPERING),
        ("VideoAbnormalDetection", {"Type": "SceneChange"}, Alarm.SCENE_CHANGED),
        ("VideoAbnormalDetection", {"Type": ["?"]}, None),
        ("VideoMotion", {}, None),
    ],
)
def test_alarm_of_an_event(code: str, data: dict[str, object], alarm: Alarm | None) -> None:
    assert alarm_of(Event(code, Action.START, 0, data)) is alarm
