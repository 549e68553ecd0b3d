"""The event stream's bytes: JSON as the firmware prints it, and the parts around it."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from typing import Any

BOUNDARY = b"myboundary"
HEARTBEAT = b"Heartbeat"
_INDENT = "   "
# The firmware's printer breaks an array of plain values only when the line would get longer.
_MAX_INLINE = 74


@dataclass(frozen=True, slots=True)
class EventFormat:
    """What differs between firmwares in how an event is written."""

    json: str = "styled"
    """`styled` over several lines, or `compact` in one."""
    content_length: str = "exact"
    """`exact`, `plus_two` (counts the CRLF after the body), `zero` or `absent`."""
    nul_padding: int = 0
    """How many NULs follow each part."""
    stop_data: bool = True
    """Whether a Stop carries the data of its Start."""
    data: bool = True
    """Whether events carry data at all."""


def styled(value: Any, indent: str = "") -> str:
    """Print JSON with three spaces of indent, `"Key" : value` and sorted keys."""
    if isinstance(value, Mapping):
        return _styled_object(value, indent)
    if isinstance(value, list | tuple):
        return _styled_array(list(value), indent)
    return json.dumps(value, ensure_ascii=False)


def _styled_object(value: Mapping[str, Any], indent: str) -> str:
    if not value:
        return "{}"
    deeper = indent + _INDENT
    lines = [
        f"{deeper}{json.dumps(key, ensure_ascii=False)} : {styled(value[key], deeper)}"
        for key in sorted(value)
    ]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _styled_array(value: list[Any], indent: str) -> str:
    if not value:
        return "[]"
    deeper = indent + _INDENT
    items = [styled(item, deeper) for item in value]
    nested = any(isinstance(item, Mapping | list | tuple) and item for item in value)
    inline = f"[ {', '.join(items)} ]"
    if not nested and len(inline) <= _MAX_INLINE:
        return inline
    return "[\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}]"


def event_body(
    code: str,
    action: str,
    index: int | None,
    data: Mapping[str, Any] | None = None,
    *,
    json_style: str = "styled",
) -> bytes:
    """Return one event's text; with data it ends with a line feed, without it does not."""
    head = f"Code={code};action={action}"
    if index is not None:
        head += f";index={index}"
    if data is None:
        return head.encode()
    printed = styled(data) if json_style == "styled" else json.dumps(data, ensure_ascii=False)
    return f"{head};data={printed}\n".encode()


def part(
    body: bytes, content_type: str = "text/plain", event_format: EventFormat | None = None
) -> bytes:
    """Return one part of the multipart stream, its trailing line ends included."""
    chosen = event_format or EventFormat()
    length = {"exact": len(body), "plus_two": len(body) + 2, "zero": 0}.get(chosen.content_length)
    head = b"--" + BOUNDARY + f"\r\nContent-Type: {content_type}\r\n".encode()
    if length is not None:
        head += f"Content-Length:{length}\r\n".encode()
    return head + b"\r\n" + body + b"\r\n\r\n" + b"\0" * chosen.nul_padding
