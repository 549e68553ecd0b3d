"""What the camera reports, and the parser that is fed its event stream byte by byte.

The stream is multipart text whose parts may be cut anywhere by the network, carry a wrong
length or none, and hold JSON with any character in its names. A part that cannot be read costs
that part only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
import json
import re
from typing import Any


class Action(StrEnum):
    """What became of whatever the code stands for."""

    START = "Start"
    STOP = "Stop"
    PULSE = "Pulse"
    STATE = "State"


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `index` is a channel only for codes that belong to a channel."""

    code: str
    action: str
    index: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)


# A boundary line is told from a text that looks like one by the header that follows it.
_PART = re.compile(rb"--[^\r\n\0]{1,70}\r?\n(?=[ \t]*content-)", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_LENGTH = re.compile(rb"content-length\s*:\s*(\d{1,9})", re.IGNORECASE)
_EVENT = re.compile(
    r"\s*Code=(?P<code>[^;]+);\s*action=(?P<action>[^;\s]+)"
    r"(?:;\s*index=(?P<index>-?\d{1,9}))?\s*(?:;\s*data=(?P<data>.*))?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_JSON = json.JSONDecoder(strict=False)
# Half of a character, as is left where a name was cut: nobody could store or send it on.
_HALF = re.compile(
    r"(\\\\|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})"
    r"|\\u[dD][89a-fA-F][\da-fA-F]{2}"
)
_HEARTBEAT = b"Heartbeat"
_PADDING = b"\r\n\0 \t"
_END = b"\r\n\r\n"
# A boundary and its first header, cut anywhere, fit into this.
_LONGEST_BOUNDARY = 100
_LONGEST_HEAD = 2048
# No event is larger; what grows beyond this without an end is noise.
_LONGEST_PART = 256 * 1024
# What is said again in the same words is short.
_LONGEST_KEPT = 256
_MOST_KEPT = 64


class EventParser:
    """Turns the bytes of the event stream into events; holds at most one unfinished part."""

    def __init__(self) -> None:
        self.parts = 0
        self.malformed = 0
        self._buffer = bytearray()
        self._in_part = False

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take the next bytes and yield the events that they complete."""
        self._buffer += data
        while self._find_part():
            end, event = self._take_body()
            if end is None:
                if len(self._buffer) <= _LONGEST_PART:
                    return
                self.malformed += 1
                end = len(self._buffer)
            del self._buffer[:end]
            self._in_part = False
            if event is not None:
                yield event

    def _find_part(self) -> bool:
        """Move the next part's head to the start of the buffer; drop the noise before it."""
        if self._in_part:
            return True
        if match := _PART.search(self._buffer):
            del self._buffer[: match.end()]
            self._in_part = True
            return True
        del self._buffer[:-_LONGEST_BOUNDARY]
        return False

    def _take_body(self) -> tuple[int | None, Event | None]:
        """Return where the part ends (None: not here yet) and the event in it, if any."""
        buffer = self._buffer
        head = _HEAD_END.search(buffer, 0, _LONGEST_HEAD)
        if head is None:
            # Without an end a head is noise: look for the next part behind it.
            return (1, None) if len(buffer) > _LONGEST_HEAD else (None, None)
        start = head.end()
        length = _LENGTH.search(buffer, 0, head.start())
        if length and 0 < (size := int(length[1])) <= len(buffer) - start:
            end = start + size
            event, whole = self._decode(start, end)
            following = buffer[end : end + 16].lstrip(_PADDING)
            if following.startswith(b"--") or (whole and not following):
                return end, self._accept(event, whole)
        # The length is wrong or missing, or the part is still on its way.
        if following_part := _PART.search(buffer, start):
            end = following_part.start()
            return end, self._accept(*self._decode(start, end))
        if buffer.endswith(_END, start, _unpadded_length(buffer)):
            event, whole = self._decode(start, len(buffer))
            if whole:
                return len(buffer), self._accept(event, whole)
        return None, None

    def _decode(self, start: int, end: int) -> tuple[Event | None, bool]:
        """Return the event in a body, and whether the body is whole; a heartbeat is no event."""
        body = bytes(self._buffer[start:end].strip(_PADDING))
        if body == _HEARTBEAT:
            return None, True
        return _parse_body(body) if len(body) > _LONGEST_KEPT else _parse_repeated_body(body)

    def _accept(self, event: Event | None, whole: bool) -> Event | None:
        if whole:
            self.parts += 1
        else:
            self.malformed += 1
        return event


def _unpadded_length(buffer: bytearray) -> int:
    """Return the length without the NULs at the end; those that have none are not copied."""
    return len(buffer.rstrip(b"\0")) if buffer.endswith(b"\0") else len(buffer)


def _parse_body(body: bytes) -> tuple[Event | None, bool]:
    """Return the event that a body tells of, and whether the body is whole."""
    match = _EVENT.match(body.decode("utf-8", errors="replace"))
    if match is None:
        return None, False
    data, whole = _parse_data(match["data"])
    event = Event(match["code"].strip(), match["action"], int(match["index"] or 0), data)
    return event, whole and not match["rest"]


# Motion begins and ends in the same words each time.
_parse_repeated_body = lru_cache(_MOST_KEPT)(_parse_body)


def _parse_data(text: str | None) -> tuple[Mapping[str, Any], bool]:
    """Parse an event's data, and tell whether it was whole; noise behind it is left alone."""
    if text is None:
        return {}, True
    text = text.lstrip()
    if r"\u" in text:
        text = _HALF.sub(lambda found: found[1] or r"\ufffd", text)
    try:
        data, end = _JSON.raw_decode(text)
    except ValueError, RecursionError:
        return {}, False
    return (data if isinstance(data, dict) else {}), not text[end:].strip()
