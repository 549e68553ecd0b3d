"""RTP packets carry exactly what was encoded, whatever its size."""

from hypothesis import given, strategies as st
import pytest

from tests.virtual_camera.rtp import (
    MAX_PAYLOAD,
    RtpTrack,
    aac_payload,
    h264_payloads,
    h265_payloads,
)

sizes = st.one_of(st.integers(1, 40), st.integers(MAX_PAYLOAD - 4, 3 * MAX_PAYLOAD + 4))


@given(size=sizes, kind=st.integers(1, 23), importance=st.integers(0, 3))
def test_h264_fragments_join_up(size: int, kind: int, importance: int) -> None:
    unit = bytes((importance << 5 | kind,)) + bytes(n * 7 & 0xFF for n in range(size))
    payloads = list(h264_payloads(unit))
    assert all(len(payload) <= MAX_PAYLOAD for payload in payloads)
    if len(unit) <= MAX_PAYLOAD:
        assert payloads == [unit]
        return
    assert all(payload[0] == importance << 5 | 28 for payload in payloads)
    assert [payload[1] >> 6 for payload in payloads] == [2, *[0] * (len(payloads) - 2), 1]
    assert {payload[1] & 0x1F for payload in payloads} == {kind}
    assert b"".join(payload[2:] for payload in payloads) == unit[1:]


@given(size=sizes, kind=st.integers(0, 40))
def test_h265_fragments_join_up(size: int, kind: int) -> None:
    unit = bytes((kind << 1, 1)) + bytes(n * 7 & 0xFF for n in range(size))
    payloads = list(h265_payloads(unit))
    assert all(len(payload) <= MAX_PAYLOAD for payload in payloads)
    if len(unit) <= MAX_PAYLOAD:
        assert payloads == [unit]
        return
    assert all(payload[:2] == bytes((49 << 1, 1)) for payload in payloads)
    assert [payload[2] >> 6 for payload in payloads] == [2, *[0] * (len(payloads) - 2), 1]
    assert {payload[2] & 0x3F for payload in payloads} == {kind}
    assert b"".join(payload[3:] for payload in payloads) == unit[2:]


def test_aac_tells_the_size_of_its_frame() -> None:
    assert aac_payload(b"x" * 200) == b"\x00\x10" + (200 << 3).to_bytes(2) + b"x" * 200


def test_packets_count_and_the_last_one_is_marked() -> None:
    track = RtpTrack(96, 90000, source=0x01020304, begin=0xFFFF)
    packets = list(track.packets([b"one", b"two"], seconds=2.0))
    assert [packet[1] for packet in packets] == [96, 0x80 | 96]
    assert [int.from_bytes(packet[2:4]) for packet in packets] == [0xFFFF, 0]
    assert {int.from_bytes(packet[4:8]) for packet in packets} == {180000 + 0xFFFF}
    assert {packet[8:12] for packet in packets} == {b"\x01\x02\x03\x04"}
    assert [packet[12:] for packet in packets] == [b"one", b"two"]


@pytest.mark.parametrize(("clock_rate", "timestamp"), [(90000, 450000), (16000, 80000)])
def test_a_sender_report_ties_both_clocks(clock_rate: int, timestamp: int) -> None:
    track = RtpTrack(96, clock_rate, source=7)
    list(track.packets([b"12345"], seconds=1.0))
    report = track.sender_report(seconds=5.0, wall_clock=1_000_000_000.5)
    assert report[1] == 200
    assert int.from_bytes(report[8:12]) == 1_000_000_000 + 2_208_988_800
    assert int.from_bytes(report[12:16]) == 1 << 31
    assert int.from_bytes(report[16:20]) == timestamp
    assert int.from_bytes(report[20:24]) == 1
    assert int.from_bytes(report[24:28]) == 5
    length = 4 * (int.from_bytes(report[2:4]) + 1)
    assert report[length + 1] == 202
    assert len(report) == length + 4 * (int.from_bytes(report[length + 2 : length + 4]) + 1)
