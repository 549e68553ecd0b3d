"""What a camera records to: a memory card, mostly."""

from collections.abc import Mapping
from math import isfinite
from time import monotonic

from .errors import DahuaError, MalformedResponseError, NotSupportedError
from .http import CameraHttp
from .state import Storage
from .tables import parse_lines

MODULE, QUERY = "storageDevice.cgi", "action=getDeviceAllInfo"
QUESTION = f"{MODULE}?{QUERY}"
# It fills and breaks slowly, and what breaks is told by an event as well.
_INTERVAL = 900.0

_DEVICE = "list.info["
_SOUND = "success"


class StorageDevice:
    """One camera's storage; `state` is None while it is not known."""

    def __init__(self, http: CameraHttp, known: Mapping[str, str] | None) -> None:
        """Begin with what the camera answered when it was asked what it is."""
        self.state = parse_storage(known) if known else None
        self._http = http
        self._read_at = monotonic() if known else None

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask again."""
        return self._read_at is None or monotonic() - self._read_at >= _INTERVAL

    def doubt(self) -> None:
        """Have the camera asked again: something happened to its storage."""
        self._read_at = None

    async def read(self) -> None:
        """Ask the camera; what refuses to tell of any storage has lost it."""
        try:
            answer = await self._ask()
        except DahuaError:
            self.state = None
            raise
        self.state = parse_storage(answer)
        self._read_at = monotonic()

    async def _ask(self) -> dict[str, str]:
        try:
            text = await self._http.get_text(MODULE, QUERY)
        except NotSupportedError:
            return {}
        if not text.strip():
            raise MalformedResponseError("the answer is empty")
        return dict(parse_lines(text))


def has_storage(answer: Mapping[str, str]) -> bool:
    """Tell whether an answer to the question tells of any storage."""
    return any(key.startswith(_DEVICE) for key in answer)


def parse_storage(answer: Mapping[str, str]) -> Storage:
    """Read the pairs of `getDeviceAllInfo`, all devices and their parts together.

    Without any there is no card, which is a failure where there was one.
    """
    values: dict[str, list[str]] = {}
    for key, value in answer.items():
        values.setdefault(key.rpartition(".")[2], []).append(value.strip().lower())
    is_sound = (
        has_storage(answer)
        and all(state == _SOUND for state in values.get("State", ()))
        and "true" not in values.get("IsError", ())
    )
    return Storage(
        total=sum(map(_bytes, values.get("TotalBytes", ()))),
        used=sum(map(_bytes, values.get("UsedBytes", ()))),
        is_failed=not is_sound,
    )


def _bytes(text: str) -> int:
    """Read a number of bytes, which cameras print as a float."""
    try:
        number = float(text)
    except ValueError:
        return 0
    return int(number) if isfinite(number) else 0
