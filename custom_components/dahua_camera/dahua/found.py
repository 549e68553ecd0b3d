"""What cameras answer to a search of the network: datagrams in, values out.

Anybody may answer anything here, so nothing of an answer is believed but its form.
"""

from dataclasses import dataclass
import json
import re
import struct
from typing import Any

from .recorders import is_recorder

_MAGIC = b"DHIP"
# Size of this, magic, session and request, length, nought, length again, nought.
_HEADER = struct.Struct("<I4sQIIII")
_QUESTION = {"method": "DHDiscover.search", "params": {"mac": "", "uni": 1}}
_ANSWER = "client.notifyDevInfo"
# Several times what a camera says.
_LONGEST_DATAGRAM = 16384

_JSON = json.JSONDecoder(strict=False)
_SERIAL = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_LONGEST_TEXT = 64
_LAST_PORT = 65535
_HTTP_PORT = 80
_HTTPS_PORT = 443

_CAMERA_CLASS = "IPC"


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """A camera as it describes itself to everybody; `host` is where the answer came from."""

    serial: str
    host: str
    http_port: int
    https_port: int
    mac: str | None
    name: str
    model: str
    vendor: str

    @property
    def address(self) -> str:
        """The web page's address as people type it: the port only where it is not the usual."""
        return self.host if self.http_port == _HTTP_PORT else f"{self.host}:{self.http_port}"

    @property
    def label(self) -> str:
        """What tells the camera from others: what its owner called it, or its model, and where."""
        return f"{self.name or self.model or self.serial} — {self.address}"


def question() -> bytes:
    """Return the datagram that asks every camera who it is."""
    body = json.dumps(_QUESTION, separators=(",", ":")).encode() + b"\n"
    return _HEADER.pack(_HEADER.size, _MAGIC, 0, len(body), 0, len(body), 0) + body


def parse_answer(datagram: bytes, sender: str) -> FoundCamera | None:
    """Return the camera that a datagram from `sender` speaks of; None for anything else.

    Nothing else: noise, the question itself, recorders, and answers that tell no serial number.
    """
    document = _document(datagram)
    device = _device(document)
    serial = device.get("SerialNo")
    if not isinstance(serial, str) or not _SERIAL.fullmatch(serial) or not _is_camera(device):
        return None
    mac = _text(document, "mac").lower().replace("-", ":")
    name = _text(device, "MachineName")
    return FoundCamera(
        serial=serial,
        host=sender,
        http_port=_port(device, "HttpPort", _HTTP_PORT),
        https_port=_port(device, "HttpsPort", _HTTPS_PORT),
        mac=mac if _MAC.fullmatch(mac) else None,
        name="" if name == serial else name,
        model=_text(device, "DeviceType"),
        vendor=_text(device, "Vendor"),
    )


def is_recorder_answer(datagram: bytes) -> bool:
    """Tell whether it is a recorder that a datagram speaks of."""
    return is_recorder(_text(_device(_document(datagram)), "DeviceClass"))


def _device(document: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer tells of its sender; nothing where it is no answer."""
    if document.get("method") != _ANSWER:
        return {}
    return _child(_child(document, "params"), "deviceInfo")


def _document(datagram: bytes) -> dict[str, Any]:
    """Return the object behind the header; nothing where there is none.

    It ends by itself, before the padding that some cameras send along.
    """
    if not _HEADER.size < len(datagram) <= _LONGEST_DATAGRAM:
        return {}
    size, magic, *_ = _HEADER.unpack_from(datagram)
    if (size, magic) != (_HEADER.size, _MAGIC):
        return {}
    body = datagram[_HEADER.size :].decode("utf-8", errors="replace")
    try:
        document, _ = _JSON.raw_decode(body.lstrip())
    except ValueError, RecursionError:
        return {}
    return document if isinstance(document, dict) else {}


def _is_camera(device: dict[str, Any]) -> bool:
    """Tell whether a device has sensors of its own; a door station or a dome has, too."""
    kind = _text(device, "DeviceClass").upper()
    if kind == _CAMERA_CLASS:
        return True
    return (
        not is_recorder(kind)
        and _integer(device, "VideoInputChannels") > 0
        and _integer(device, "RemoteVideoInputChannels") == 0
    )


def _child(node: dict[str, Any], key: str) -> dict[str, Any]:
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def _text(node: dict[str, Any], key: str) -> str:
    """Return a string on one line, short, and without what cannot be seen."""
    value = node.get(key)
    if not isinstance(value, str):
        return ""
    seen = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(seen.split())[:_LONGEST_TEXT].rstrip()


def _integer(node: dict[str, Any], key: str) -> int:
    value = node.get(key)
    return value if type(value) is int else 0


def _port(node: dict[str, Any], key: str, default: int) -> int:
    port = _integer(node, key)
    return port if 0 < port <= _LAST_PORT else default
