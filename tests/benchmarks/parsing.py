"""How fast bytes become events and texts become tables."""

from io import BytesIO
import json
import re
from typing import Any

from amcrest.event import Event as AmcrestEvents
from requests import Response

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
_FEW = 200
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

    seconds, shortest = best_seconds(ours, floor)
    beside = "one expression and json over the whole stream"
    few_seconds, amcrest_seconds = best_seconds(few, amcrest)
    rate, size = _EVENTS / seconds, len(stream) / seconds / 1e6
    peer = _FEW / amcrest_seconds
    return [
        Row("event parser", rate, "events/s", seconds / shortest, beside),
        Row("event parser", size, "MB/s"),
        Row("amcrest's parser", peer, "events/s", amcrest_seconds / few_seconds, "event parser"),
        Row("amcrest's parser", peer * len(_PART) / 1e6, "MB/s"),
    ]


class _Fed(AmcrestEvents):
    """amcrest's reading of an event stream, fed with bytes instead of a connection."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._timeout_default = 1.0

    def command(self, *_: Any, **__: Any) -> Response:
        response = Response()
        response.status_code = 200
        response.encoding = "utf-8"
        response.raw = BytesIO(self._stream)
        return response


def _tables() -> list[Row]:
    text = "".join(f"table.{key}={value}\r\n" for key, value in load("mfw7442k1").tables.items())

    def floor() -> None:
        dict(line.partition("=")[::2] for line in text.splitlines())

    parse_tables(text)
    seconds, shortest = best_seconds(lambda: parse_tables(text), floor)
    beside = "splitting the same lines into one flat dict"
    return [Row("all tables", seconds * 1e3, "ms", seconds / shortest, beside)]
