"""What a camera watches of its own picture: covered, moved, out of focus, gone."""

from collections.abc import Collection

from .events import Event
from .state import Alarm
from .tables import Node, boolean, child, rows, text

_TABLES = {
    "BlindDetect": Alarm.TAMPERING,
    "LossDetect": Alarm.VIDEO_LOST,
    "UnFocusDetect": Alarm.DEFOCUSED,
    "MovedDetect": Alarm.SCENE_CHANGED,
}
_ABNORMAL_TABLE = "VideoAbnormalDetection"
TABLES = (*_TABLES, _ABNORMAL_TABLE)

_CODES = {
    "VideoBlind": Alarm.TAMPERING,
    "VideoLoss": Alarm.VIDEO_LOST,
    "VideoUnFocus": Alarm.DEFOCUSED,
    "SceneChange": Alarm.SCENE_CHANGED,
}
# One code and one table for several alarms, told apart by their type.
_ABNORMAL_CODE = "VideoAbnormalDetection"
ALARM_CODES = frozenset({*_CODES, _ABNORMAL_CODE})
_ABNORMAL_TYPES = {
    "Shade": Alarm.TAMPERING,
    "Lost": Alarm.VIDEO_LOST,
    "Unfocus": Alarm.DEFOCUSED,
    "SceneChange": Alarm.SCENE_CHANGED,
}


def parse_alarms(channel: int, tables: Node) -> frozenset[Alarm]:
    """Return what one channel is set up to watch of its own picture."""
    found = {
        alarm for name, alarm in _TABLES.items() if boolean(child(tables, name, channel), "Enable")
    }
    for _, row in rows(child(tables, _ABNORMAL_TABLE, channel)):
        alarm = _ABNORMAL_TYPES.get(text(row, "Type"))
        if alarm and boolean(row, "Enable"):
            found.add(alarm)
    return frozenset(found)


def alarm_of(event: Event) -> Alarm | None:
    """Return the alarm that an event is of; None for all other events."""
    if event.code == _ABNORMAL_CODE:
        return _ABNORMAL_TYPES.get(str(event.data.get("Type")))
    return _CODES.get(event.code)


def codes_of(alarms: Collection[Alarm]) -> set[str]:
    """Return the event codes to query for these alarms."""
    return {code for code, alarm in _CODES.items() if alarm in alarms}
