"""Encoders for the streams of one sensor: H.264 or H.265 pictures, AAC sound."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
import re

import av
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
import numpy as np
from numpy.typing import NDArray

from .view import StreamSettings

SAMPLE_RATE = 16000
SAMPLES_PER_FRAME = 1024
# AAC-LC, 16 kHz, one channel.
AUDIO_CONFIG = bytes.fromhex("1408")

_START_CODE = re.compile(b"\x00\x00\x00?\x01")
_LIBRARIES = {"H.264": "libx264", "H.265": "libx265"}


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """The units of one picture without start codes; `key` where decoding can begin."""

    units: tuple[bytes, ...]
    key: bool


def split_units(stream: bytes) -> tuple[bytes, ...]:
    """Return the units of a byte stream without their start codes."""
    return tuple(unit for unit in _START_CODE.split(stream) if unit)


class VideoEncoder:
    """Encodes pictures one by one, without delay; parameter sets precede every key picture."""

    def __init__(self, settings: StreamSettings) -> None:
        """Raise ValueError for a codec other than H.264 and H.265."""
        library = _LIBRARIES.get(settings.codec)
        if library is None:
            message = f"no encoder for {settings.codec}"
            raise ValueError(message)
        rate = Fraction(settings.frame_rate).limit_denominator(1000)
        group = max(1, round(settings.frame_rate))
        parameters = (
            f"repeat-headers=1:keyint={group}:min-keyint={group}:scenecut=0"
            f":vbv-maxrate={settings.bit_rate}:vbv-bufsize={settings.bit_rate}"
        )
        context = av.CodecContext.create(library, "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height = settings.width, settings.height
        context.pix_fmt = "yuv420p"
        context.framerate = rate
        context.time_base = 1 / rate
        context.options = {
            "preset": "veryfast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "crf": "22",
        }
        context.thread_count = 1
        if library == "libx264":
            context.options |= {"profile": "main", "x264-params": parameters}
        else:
            context.options |= {
                "preset": "ultrafast",
                "x265-params": f"{parameters}:log-level=none:pools=none:frame-threads=1",
            }
        self._context = context
        self._count = 0

    def encode(self, pixels: NDArray[np.uint8], *, key: bool) -> EncodedPicture:
        """Encode one picture, height by width by RGB; with `key` decoding can begin at it."""
        frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuv420p")
        frame.pts = self._count
        frame.time_base = self._context.time_base
        frame.pict_type = PictureType.I if key else PictureType.NONE
        self._count += 1
        packets = self._context.encode(frame)
        stream = b"".join(bytes(packet) for packet in packets)
        return EncodedPicture(split_units(stream), any(packet.is_keyframe for packet in packets))


class AudioEncoder:
    """Encodes the quiet of an evening street, `SAMPLES_PER_FRAME` samples a time."""

    def __init__(self) -> None:
        context = av.CodecContext.create("aac", "w")
        assert isinstance(context, AudioCodecContext)
        context.sample_rate = SAMPLE_RATE
        context.layout = "mono"
        context.format = "fltp"
        context.bit_rate = 32000
        self._context = context
        self._place = 0

    def encode(self) -> Iterator[bytes]:
        """Yield the AAC frames that the next `SAMPLES_PER_FRAME` samples complete."""
        quiet = _ambience()
        chosen = (np.arange(SAMPLES_PER_FRAME) + self._place) % quiet.size
        frame = av.AudioFrame.from_ndarray(quiet[chosen][None, :], format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._place
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._place += SAMPLES_PER_FRAME
        for packet in self._context.encode(frame):
            yield bytes(packet)


@cache
def _ambience() -> NDArray[np.float32]:
    """Return four seconds of faint, deep rustling that joins up with its own beginning."""
    count = SAMPLE_RATE * 4
    spectrum = np.fft.rfft(np.random.default_rng(5).standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    sound = np.fft.irfft(spectrum / (1 + (frequency / 220) ** 1.6), count)
    faint: NDArray[np.float32] = (sound / np.abs(sound).max() * 0.02).astype(np.float32)
    return faint


@cache
def parameter_sets(settings: StreamSettings) -> tuple[bytes, ...]:
    """Return the parameter sets that a stream with these settings begins with."""
    grey = np.full((settings.height, settings.width, 3), 128, np.uint8)
    units = VideoEncoder(settings).encode(grey, key=True).units
    return tuple(unit for unit in units if _is_parameter_set(unit, settings.codec))


def _is_parameter_set(unit: bytes, codec: str) -> bool:
    if codec == "H.265":
        return (unit[0] >> 1) & 0x3F in (32, 33, 34)
    return unit[0] & 0x1F in (7, 8)
