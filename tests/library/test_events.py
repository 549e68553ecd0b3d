"""The event parser, fed with the bytes as cameras send them."""

from collections.abc import Iterable
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.dahua_camera.dahua.events import Event, EventParser

MOTION = (
    b'Code=VideoMotion;action=Start;index=1;data={\n   "Id" : [ 0 ],\n'
    b'   "RegionName" : [ "Region1" ],\n   "SmartMotionEnable" : true\n}\n'
)
MOTION_EVENT = Event(
    "VideoMotion", "Start", 1, {"Id": [0], "RegionName": ["Region1"], "SmartMotionEnable": True}
)


def part(body: bytes, length: int | None = None, *, header: bytes = b"Content-Length:") -> bytes:
    """Frame a body as cameras do; the length may be wrong."""
    size = str(len(body) if length is None else length).encode()
    return (
        b"--myboundary\r\nContent-Type: text/plain\r\n"
        + (header + size + b"\r\n" if header else b"")
        + b"\r\n"
        + body
        + b"\r\n\r\n"
    )


HEARTBEAT = part(b"Heartbeat")


def pieces(stream: bytes, size: int) -> Iterable[bytes]:
    return (stream[start : start + size] for start in range(0, len(stream), size))


def parse(stream: bytes, size: int = 1500) -> tuple[list[Event], EventParser]:
    parser = EventParser()
    return [event for piece in pieces(stream, size) for event in parser.feed(piece)], parser


@pytest.mark.parametrize("size", [1, 2, 7, 20, 100, 100_000])
@pytest.mark.parametrize("length", [None, 0, 5, 40, len(MOTION) - 1, len(MOTION) + 2, 10_000])
def test_event_is_heard_at_once_whatever_the_pieces_and_the_length(
    size: int, length: int | None
) -> None:
    events, parser = parse(HEARTBEAT + part(MOTION, length), size)
    assert events == [MOTION_EVENT]
    assert parser.parts == 2
    assert parser.malformed == 0


@pytest.mark.parametrize("header", [b"Content-Length:", b""])
@pytest.mark.parametrize("size", [1, 2, 7, 20, 100, 100_000])
@pytest.mark.parametrize("length", [None, 0, len(MOTION) + 2, 10_000])
def test_padding_does_not_hold_up_an_event(header: bytes, size: int, length: int | None) -> None:
    padded = part(MOTION, length, header=header) + b"\0" * 30
    events, parser = parse(HEARTBEAT + padded, size)
    assert events == [MOTION_EVENT]
    assert parser.malformed == 0
    assert [*parser.feed(padded)] == [MOTION_EVENT]
    assert parser.parts == 3


@pytest.mark.parametrize("length", [None, 0, 5, 10_000])
def test_events_that_come_together_are_all_heard(length: int | None) -> None:
    events, parser = parse(part(MOTION, length) * 50 + HEARTBEAT)
    assert events == [MOTION_EVENT] * 50
    assert parser.malformed == 0


@pytest.mark.parametrize(
    "header", [b"Content-Length: ", b"content-length:", b"CONTENT-LENGTH :", b""]
)
def test_header_may_be_spelt_in_any_way_or_be_missing(header: bytes) -> None:
    assert parse(part(MOTION, header=header))[0] == [MOTION_EVENT]


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (b"Code=VideoLoss;action=Start;index=1", Event("VideoLoss", "Start", 1)),
        (b"Code=VideoLoss;action=Stop", Event("VideoLoss", "Stop", 0)),
        (b"Code=A;Action=Pulse;Index=3;data={}", Event("A", "Pulse", 3)),
        (
            b'Code=A;action=Start;index=0;data={"Name":"x;y=z}"}',
            Event("A", "Start", 0, {"Name": "x;y=z}"}),
        ),
        (
            b'Code=A;action=Start;data={"Name":"tab\there"}',
            Event("A", "Start", 0, {"Name": "tab\there"}),
        ),
        (b'Code=A;action=Start;data={"Name":"\xff"}', Event("A", "Start", 0, {"Name": "\ufffd"})),
        (b"Code=A;action=Start;index=0;data=[1]", Event("A", "Start", 0)),
        (b"Code=A;action=Start;index=0;data=\r\n", Event("A", "Start", 0)),
        (b"\0Code=A;action=Start;index=2\0\0", Event("A", "Start", 2)),
    ],
)
def test_shapes_of_events(body: bytes, event: Event) -> None:
    assert parse(part(body) + HEARTBEAT)[0] == [event]


def test_broken_data_costs_the_data_only() -> None:
    broken = part(b'Code=A;action=Start;index=1;data={"Name": ')
    events, parser = parse(broken + part(MOTION) + HEARTBEAT)
    assert events == [Event("A", "Start", 1), MOTION_EVENT]
    assert parser.malformed == 1


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"\0" * 5000,
        b"--myboundary\r\n" * 40,
        b"--myboundary\r\nContent-Type: text/plain\r\n" + b"x" * 5000,
        part(b"no event at all"),
        part(b"Code=;action=;index=x"),
        pytest.param(part(b"Code=A;action=Start;index=" + b"9" * 5000), id="endless index"),
        part(b"Code=A;action=Start;index=0;data=" + b"[" * 50_000),
        b"HTTP/1.1 200 OK\r\n\r\n<html>--not-a-part\r\n</html>\r\n",
        bytes(range(256)) * 4096,
    ],
)
def test_noise_costs_itself_only(noise: bytes) -> None:
    events, _ = parse(noise + b"\r\n" + part(MOTION) + HEARTBEAT)
    assert events[-1] == MOTION_EVENT


@pytest.mark.parametrize("length", [None, 0, 5])
@pytest.mark.parametrize("noise", [b"\0\xff\xfe line noise \x80\r\n", b"}{", b"<html>\r\n"])
def test_noise_behind_an_event_costs_itself_only(noise: bytes, length: int | None) -> None:
    events, _ = parse(part(MOTION, length) + noise + part(MOTION) + HEARTBEAT)
    assert events == [MOTION_EVENT] * 2


def test_part_without_an_end_does_not_fill_the_memory() -> None:
    parser = EventParser()
    head = b'--myboundary\r\nContent-Type: text/plain\r\n\r\nCode=A;action=Start;data={"N":"'
    assert not list(parser.feed(head))
    for _ in range(50):
        assert not list(parser.feed(b"x" * 65536))
    assert len(parser._buffer) <= 256 * 1024 + 65536
    assert list(parser.feed(b"\r\n\r\n" + part(MOTION) + HEARTBEAT)) == [MOTION_EVENT]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["VideoMotion", "CrossLineDetection", "X"]),
            st.sampled_from(["Start", "Stop", "Pulse"]),
            st.integers(0, 3),
            st.dictionaries(st.text(), JSON, max_size=3),
            st.booleans(),
        ),
        max_size=6,
    ),
    st.integers(1, 200),
    st.sampled_from([None, 0, 1, 3, 100_000]),
)
@settings(deadline=None)
def test_any_events_in_any_pieces(
    sent: list[tuple[str, str, int, dict[str, Any], bool]], size: int, wrong: int | None
) -> None:
    stream = b""
    for code, action, index, data, pretty in sent:
        text = json.dumps(data, ensure_ascii=False, indent=3 if pretty else None)
        body = f"Code={code};action={action};index={index};data={text}\n"
        stream += part(body.encode("utf-8", "surrogatepass"), wrong)
    events, _ = parse(stream + HEARTBEAT, size)
    assert [(e.code, e.action, e.index) for e in events] == [s[:3] for s in sent]
    for event, (*_, data, _) in zip(events, sent, strict=True):
        if "\ufffd" not in str(event.data):
            assert event.data == data


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (r"Gate \ud83d\ude97", "Gate 🚗"),
        (r"Gate \uD83D", "Gate �"),
        (r"\ude97 Gate", "� Gate"),
        (r"\ud83d\ud83d\ude97", "�🚗"),
        (r"C:\\ud83d", r"C:\ud83d"),
    ],
)
def test_half_a_character_is_none(told: str, name: str) -> None:
    body = f'Code=CrossLineDetection;action=Start;index=0;data={{"Name": "{told}"}}'
    events, _ = parse(part(body.encode()), 7)
    assert [event.data for event in events] == [{"Name": name}]


@given(st.binary(max_size=3000), st.integers(1, 500))
@settings(deadline=None)
def test_any_bytes_are_survived(noise: bytes, size: int) -> None:
    events, _ = parse(noise + b"\r\n\r\n" + part(MOTION) + part(MOTION) + HEARTBEAT, size)
    assert MOTION_EVENT in events
