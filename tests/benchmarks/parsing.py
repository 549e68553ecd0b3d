"""How fast bytes become events and texts become tables."""

from io import BytesIO
import json
import re
from typing import Any, override

from amcrest.event import Event as AmcrestEvents
from requests import Response

from custom_components.dahua_camera.dahua.events import EventParser
from custom_components.dahua_camera.dahua.tables import parse_tables
from tests.virtual_camera.profile import load

from .bare import shortest_parse
from .measure import Aim, Row, best_seconds

SUBJECT = "parser"

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
_FEW = 200
_SHORTEST = re.compile(rb"Code=([^;]+);action=([^;]+);index=(\d+);data=(.*?)\r\n\r\n", re.DOTALL)


def measure_events() -> list[Row]:
    """Return the rows of the event parser."""
    stream = _PART * _EVENTS
    chunks = [stream[start : start + _CHUNK] for start in range(0, len(stream), _CHUNK)]

    def ours() -> None:
        parser = EventParser()
        heard = sum(1 for chunk in chunks for _ in parser.feed(chunk))
        assert heard == _EVENTS

    def floor() -> None:
        heard = [json.loads(match[4]) for match in _SHORTEST.finditer(stream)]
        assert len(heard) == _EVENTS

    def few() -> None:
        parser = EventParser()
        heard = sum(
            1 for chunk in chunks[: len(chunks) * _FEW // _EVENTS] for _ in parser.feed(chunk)
        )
        assert heard >= _FEW - 5

    def amcrest() -> None:
        # It ends with the stream, of which it waits for more.
        heard = sum(1 for _ in _Fed(_PART * _FEW).event_actions("All"))
        assert heard == _FEW

    seconds, shortest, few_seconds, amcrest_seconds = best_seconds(ours, floor, few, amcrest)
    floor_name = "one expression and json over the whole stream"
    rate, least = _EVENTS / seconds, _EVENTS / shortest
    few_rate, peer = _FEW / few_seconds, _FEW / amcrest_seconds
    size = len(_PART) / 1e6
    # Slower than the floor by half is two thirds of its rate.
    near, ahead = Aim(1 / 1.5, of="ratio", least=True), Aim(3, of="ratio", least=True)
    return [
        Row(SUBJECT, "events", rate, "events/s", floor_name, least, near),
        Row(SUBJECT, "bytes", rate * size, "MB/s", floor_name, least * size, near),
        Row(SUBJECT, "events", few_rate, "events/s", "python-amcrest", peer, ahead),
        Row(SUBJECT, "bytes", few_rate * size, "MB/s", "python-amcrest", peer * size, ahead),
    ]


class _Fed(AmcrestEvents):
    """amcrest's reading of an event stream, fed with bytes instead of a connection."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._timeout_default = 1.0

    @override
    def command(self, *_: Any, **__: Any) -> Response:
        response = Response()
        response.status_code = 200
        response.encoding = "utf-8"
        response.raw = BytesIO(self._stream)
        return response


def measure_tables() -> list[Row]:
    """Return the row of the table codec."""
    text = "".join(f"table.{key}={value}\r\n" for key, value in load("mfw7442k1").tables.items())

    seconds, shortest = best_seconds(lambda: parse_tables(text), lambda: shortest_parse(text))
    beside = "the shortest loop over the same lines"
    aim = Aim(2, of="ratio")
    return [
        Row("poll", "CPU of parsing all tables", seconds * 1e3, "ms", beside, shortest * 1e3, aim)
    ]
