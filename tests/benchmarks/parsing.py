"""How fast bytes become events and texts become tables."""

import json
import re

from custom_components.dahua_camera.dahua.events import EventParser
from custom_components.dahua_camera.dahua.tables import parse_tables
from tests.virtual_camera.profile import load

from .measure import Row, best_seconds

_EVENTS = 5_000
_CHUNK = 1400
_BODY = (
    b"Code=CrossLineDetection;action=Start;index=0;data={\n"
    b'   "Class" : "Normal",\n   "DetectLine" : [ [ 460, 5145 ], [ 6822, 4705 ] ],\n'
    b'   "Direction" : "LeftToRight",\n   "EventID" : 10081,\n   "Name" : "Gate line",\n'
    b'   "Object" : {\n      "BoundingBox" : [ 3168, 3400, 4160, 7400 ],\n'
    b'      "ObjectID" : 863,\n      "ObjectType" : "Human",\n      "Speed" : 0\n   },\n'
    b'   "RuleID" : 4,\n   "UTC" : 1767259854\n}\n'
)
_PART = b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:%d\r\n\r\n%s\r\n\r\n" % (
    len(_BODY),
    _BODY,
)
_SHORTEST = re.compile(rb"Code=([^;]+);action=([^;]+);index=(\d+);data=(.*?)\r\n\r\n", re.DOTALL)


def measure() -> list[Row]:
    """Return the rows of the event parser and of the table codec."""
    return [*_events(), *_tables()]


def _events() -> list[Row]:
    stream = _PART * _EVENTS
    chunks = [stream[start : start + _CHUNK] for start in range(0, len(stream), _CHUNK)]

    def ours() -> None:
        parser = EventParser()
        heard = sum(1 for chunk in chunks for _ in parser.feed(chunk))
        assert heard == _EVENTS

    def floor() -> None:
        heard = [json.loads(match[4]) for match in _SHORTEST.finditer(stream)]
        assert len(heard) == _EVENTS

    seconds, shortest = best_seconds(ours, floor)
    beside = "one expression and json over the whole stream"
    return [
        Row("event parser", _EVENTS / seconds, "events/s", seconds / shortest, beside),
        Row("event parser", len(stream) / seconds / 1e6, "MB/s"),
    ]


def _tables() -> list[Row]:
    text = "".join(f"table.{key}={value}\r\n" for key, value in load("mfw7442k1").tables.items())

    def floor() -> None:
        dict(line.partition("=")[::2] for line in text.splitlines())

    parse_tables(text)
    seconds, shortest = best_seconds(lambda: parse_tables(text), floor)
    beside = "splitting the same lines into one flat dict"
    return [Row("all tables", seconds * 1e3, "ms", seconds / shortest, beside)]
