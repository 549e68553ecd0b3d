"""One CGI call: its query, taken apart as the firmware does, and whom to answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import math
from urllib.parse import unquote

from tests.virtual_camera.http_server import Connection, Request, Response
from tests.virtual_camera.machine import Machine
from tests.virtual_camera.recordings import Card


class BadCallError(Exception):
    """The call is malformed or names a channel that does not exist."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request for `/cgi-bin/<module>.cgi?action=<verb>&…` on its way to an endpoint."""

    machine: Machine
    request: Request
    connection: Connection
    card: Card
    pairs: tuple[tuple[str, str], ...]

    def text(self, name: str, default: str = "") -> str:
        """Return the first value of a parameter, names compared without regard to case."""
        wanted = name.lower()
        return next((value for key, value in self.pairs if key.lower() == wanted), default)

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number; raises BadCallError for anything else."""
        text = self.text(name)
        if not text and default is not None:
            return default
        try:
            number = float(text)
        except ValueError:
            raise BadCallError(name) from None
        if not math.isfinite(number):
            raise BadCallError(name)
        return number

    def channel(self, name: str = "channel") -> int:
        """Return the channel counted from 0; the wire counts from 1 and leaves 1 out."""
        channel = int(self.number(name, 1)) - 1
        if not self.machine.has_channel(channel):
            raise BadCallError(name)
        return channel


type Endpoint = Callable[[Call], Awaitable[Response | None]]


def split_query(raw: str) -> tuple[tuple[str, str], ...]:
    """Decode the whole query first and split it then, which is what breaks `&` in values."""
    pieces = unquote(raw.replace("+", " "), errors="replace").split("&")
    split = (piece.partition("=") for piece in pieces)
    return tuple((key, value) for key, separator, value in split if separator)
