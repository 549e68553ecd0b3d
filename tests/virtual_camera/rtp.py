"""RTP: encoded pictures and sound cut into packets, and the reports that give their time."""

from collections.abc import Iterable, Iterator
import struct

MAX_PAYLOAD = 1400
_NTP_EPOCH = 2_208_988_800


def h264_payloads(unit: bytes) -> Iterator[bytes]:
    """Yield an H.264 unit as payloads: whole, or in fragments (FU-A) where it is too large."""
    if len(unit) <= MAX_PAYLOAD:
        yield unit
        return
    indicator, kind = unit[0] & 0xE0 | 28, unit[0] & 0x1F
    for begin, end, piece in _pieces(unit[1:], MAX_PAYLOAD - 2):
        yield bytes((indicator, begin << 7 | end << 6 | kind)) + piece


def h265_payloads(unit: bytes) -> Iterator[bytes]:
    """Yield an H.265 unit as payloads: whole, or in fragments (FU) where it is too large."""
    if len(unit) <= MAX_PAYLOAD:
        yield unit
        return
    header = bytes((unit[0] & 0x81 | 49 << 1, unit[1]))
    kind = unit[0] >> 1 & 0x3F
    for begin, end, piece in _pieces(unit[2:], MAX_PAYLOAD - 3):
        yield header + bytes((begin << 7 | end << 6 | kind,)) + piece


def aac_payload(frame: bytes) -> bytes:
    """Return one AAC frame as a payload in the mode AAC-hbr."""
    return struct.pack("!HH", 16, len(frame) << 3) + frame


def _pieces(data: bytes, size: int) -> Iterator[tuple[bool, bool, bytes]]:
    for place in range(0, len(data), size):
        yield place == 0, place + size >= len(data), data[place : place + size]


class RtpTrack:
    """One track of one session: its numbers, and what was sent on it."""

    def __init__(self, payload_type: int, clock_rate: int, *, source: int, begin: int = 0) -> None:
        """`source` is the SSRC; sequence and timestamps count from the random `begin`."""
        self.payload_type = payload_type
        self.clock_rate = clock_rate
        self.source = source
        self.sequence = begin & 0xFFFF
        self._begin = begin
        self._packets = 0
        self._octets = 0

    def timestamp(self, seconds: float) -> int:
        """Return the RTP timestamp of a moment in seconds of the stream."""
        return self._begin + round(seconds * self.clock_rate) & 0xFFFFFFFF

    def packets(self, payloads: Iterable[bytes], seconds: float) -> Iterator[bytes]:
        """Yield the packets of one picture or sound frame, the last one marked."""
        waiting = list(payloads)
        for number, payload in enumerate(waiting, 1):
            marker = (number == len(waiting)) << 7
            header = struct.pack(
                "!BBHII",
                0x80,
                marker | self.payload_type,
                self.sequence,
                self.timestamp(seconds),
                self.source,
            )
            self.sequence = self.sequence + 1 & 0xFFFF
            self._packets += 1
            self._octets += len(payload)
            yield header + payload

    def sender_report(self, seconds: float, wall_clock: float) -> bytes:
        """Return the RTCP report that ties stream time to the wall clock (Unix seconds)."""
        whole, part = divmod(wall_clock + _NTP_EPOCH, 1)
        report = struct.pack(
            "!BBHIIIIII",
            0x80,
            200,
            6,
            self.source,
            int(whole) & 0xFFFFFFFF,
            int(part * (1 << 32)),
            self.timestamp(seconds),
            self._packets & 0xFFFFFFFF,
            self._octets & 0xFFFFFFFF,
        )
        name = b"camera"
        items = bytes((1, len(name))) + name + b"\x00"
        items += b"\x00" * (-len(items) % 4)
        return report + struct.pack("!BBHI", 0x81, 202, 1 + len(items) // 4, self.source) + items
