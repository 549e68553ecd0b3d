"""The container that cameras record in: each frame between `DHAV` and `dhav`."""

from collections.abc import Iterable
from datetime import datetime
import struct

_KEY_FRAME, _OTHER_FRAME = 0xFD, 0xFC
_CODECS = {"H.264": 0x02, "H.265": 0x0C}
_HEAD = struct.Struct("<4sBBBBIIIHBB")
_SIZE_TAG, _CODEC_TAG = 0x82, 0x81
_START_CODE = b"\0\0\0\1"


def packed_date(moment: datetime) -> int:
    """Return date and time to the second in 32 bits."""
    date = (moment.year - 2000) << 26 | moment.month << 22 | moment.day << 17
    return date | moment.hour << 12 | moment.minute << 6 | moment.second


def frame(
    units: Iterable[bytes],
    *,
    key: bool,
    number: int,
    channel: int,
    moment: datetime,
    size: tuple[int, int],
    frame_rate: int,
    codec: str = "H.264",
) -> bytes:
    """Return one encoded picture, given as NAL units, with its head and tail."""
    extra = struct.pack("<BBBB", _CODEC_TAG, 0, _CODECS[codec], frame_rate)
    extra += struct.pack("<BBBBHH", _SIZE_TAG, 0, 0, 0, *size)
    payload = b"".join(_START_CODE + unit for unit in units)
    length = _HEAD.size + len(extra) + len(payload) + 8
    head = _HEAD.pack(
        b"DHAV",
        _KEY_FRAME if key else _OTHER_FRAME,
        0,
        channel,
        0,
        number,
        length,
        packed_date(moment),
        moment.microsecond // 1000,
        len(extra),
        0,
    )
    checksum = sum(head[:-1]) & 0xFF
    return head[:-1] + bytes([checksum]) + extra + payload + b"dhav" + struct.pack("<I", length)
