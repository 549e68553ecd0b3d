"""The folder of one camera's captures: JPEGs and a file of facts each; blocks while it works.

A capture is there from the moment its facts are; whatever fails before leaves nothing behind.
Files that are no capture's are nobody's business here.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
import json
import os
from pathlib import Path
import re
from typing import Any

from homeassistant.util import dt as dt_util

from .capture import Capture, CaptureFacts
from .const import LOGGER
from .dahua.passage import CaptureType

_ID = re.compile(r"\d{8}T\d{12}-[0-9a-f]{4}", re.ASCII)
_TIME_OF_ID = "%Y%m%dT%H%M%S%f"
_FACTS = ".json"
_UNFINISHED = ".part"
# A clock that is behind for a while must not make the latest captures look untrue.
_FORGIVEN = timedelta(days=1)
# What a power cut left behind is cleared away once nobody can be writing it any more.
_GIVEN_UP = timedelta(hours=1)


class PictureKind(StrEnum):
    """The pictures that belong to a capture."""

    COMPOSED = "composed"
    SPOTTER = "spotter"
    IDENTIFIER = "identifier"


_SUFFIXES = {
    PictureKind.COMPOSED: ".jpg",
    PictureKind.SPOTTER: ".spotter.jpg",
    PictureKind.IDENTIFIER: ".identifier.jpg",
}
# The facts go first: without them the rest is no capture.
_ALL_SUFFIXES = (_FACTS, *_SUFFIXES.values())
_OWN_SUFFIXES = {*_ALL_SUFFIXES, *(suffix + _UNFINISHED for suffix in _ALL_SUFFIXES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingLimits:
    """How long and how many captures are kept; the newest is kept whatever its size."""

    days: int
    count: int
    megabytes: int


def moment_of(capture_id: str) -> datetime:
    """Return when a capture began, in UTC; ValueError for what is no capture's id."""
    if not _ID.fullmatch(capture_id):
        raise ValueError(capture_id)
    return datetime.strptime(capture_id.partition("-")[0], _TIME_OF_ID).replace(tzinfo=UTC)


def in_order(captures: Iterable[str], now: datetime) -> list[str]:
    """Return ids of captures, the oldest first, before them those of a clock that ran ahead."""
    return sorted(captures, key=lambda each: (moment_of(each) < now + _FORGIVEN, each))


def _is_capture_id(text: str) -> bool:
    """Tell whether a text is the id of a capture, and so fit to be part of a file's name."""
    try:
        moment_of(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class CaptureFolder:
    """Captures as files; OSError where the disk refuses."""

    path: Path

    def ids(self) -> list[str]:
        """Return the ids of all captures, the oldest first."""
        return sorted(
            capture_id for capture_id, suffixes in self._files().items() if _FACTS in suffixes
        )

    def facts(self, capture_id: str) -> CaptureFacts | None:
        """Return what is known of a capture; None where it is gone or its file is damaged."""
        if not _is_capture_id(capture_id):
            return None
        try:
            return _read_facts(json.loads(self._file(capture_id, _FACTS).read_bytes()), capture_id)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            LOGGER.debug("Cannot read the facts of capture %s: %r", capture_id, error)
            return None

    def picture_path(self, capture_id: str, kind: PictureKind) -> Path | None:
        """Return the file of a picture; None where there is none."""
        if not _is_capture_id(capture_id):
            return None
        path = self._file(capture_id, _SUFFIXES[kind])
        return path if path.is_file() else None

    def write(self, capture: Capture, composed: bytes | None) -> None:
        """Add a capture; all of it or, with an OSError, nothing."""
        capture_id = capture.facts.id
        moment_of(capture_id)
        facts_file = self._file(capture_id, _FACTS)
        if facts_file.exists():
            raise FileExistsError(facts_file)
        pictures = {
            PictureKind.COMPOSED: composed,
            PictureKind.SPOTTER: capture.spotter_picture,
            PictureKind.IDENTIFIER: capture.identifier_picture,
        }
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            for kind, picture in pictures.items():
                if picture is not None:
                    _write_whole(self._file(capture_id, _SUFFIXES[kind]), picture)
            facts = json.dumps(asdict(capture.facts), ensure_ascii=False, default=_plain)
            _write_whole(facts_file, facts.encode())
        except OSError:
            self._remove(capture_id, _OWN_SUFFIXES)
            raise

    def tidy(self, limits: KeepingLimits, now: datetime, saved: str | None = None) -> None:
        """Remove the oldest captures beyond the limits, and what is left over of broken ones.

        The newest is kept whatever its size, and the one that was just saved whatever the clock
        says. A file that cannot be removed is tried again the next time.
        """
        files = self._files()
        captures = in_order((each for each, suffixes in files.items() if _FACTS in suffixes), now)
        # A clock that went back must not let what was just saved look older than the rest.
        captures.sort(key=lambda each: each == saved)
        oldest = now - timedelta(days=limits.days)
        room = limits.megabytes * 1_000_000
        for place, capture_id in enumerate(reversed(captures)):
            room -= sum(files[capture_id].values())
            too_many = place > 0 and (place >= limits.count or room < 0)
            too_old = capture_id != saved and moment_of(capture_id) < oldest
            if too_many or too_old:
                self._remove(capture_id, files[capture_id])
        for capture_id, suffixes in files.items():
            if _FACTS not in suffixes and moment_of(capture_id) < now - _GIVEN_UP:
                self._remove(capture_id, suffixes)

    def _file(self, capture_id: str, suffix: str) -> Path:
        return self.path / f"{capture_id}{suffix}"

    def _files(self) -> dict[str, dict[str, int]]:
        """Return the size of every file of ours by its capture and its suffix."""
        found: dict[str, dict[str, int]] = {}
        for name, size in self._sizes():
            capture_id, dot, rest = name.partition(".")
            if dot + rest in _OWN_SUFFIXES and _is_capture_id(capture_id):
                found.setdefault(capture_id, {})[dot + rest] = size
        return found

    def _sizes(self) -> Iterator[tuple[str, int]]:
        with suppress(FileNotFoundError), os.scandir(self.path) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.is_file(follow_symlinks=False):
                        yield entry.name, entry.stat(follow_symlinks=False).st_size

    def _remove(self, capture_id: str, suffixes: Iterable[str]) -> None:
        for suffix in sorted(suffixes, key=lambda each: each != _FACTS):
            try:
                self._file(capture_id, suffix).unlink(missing_ok=True)
            except OSError as error:
                LOGGER.debug("Cannot remove a file of capture %s: %s", capture_id, error)
                return


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that bears its name only once all of it is on the disk."""
    unfinished = path.with_name(path.name + _UNFINISHED)
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))


def _read_facts(told: Any, capture_id: str) -> CaptureFacts:
    """Return facts from their file; ValueError, TypeError or KeyError where it is not ours."""
    if not isinstance(told, dict):
        raise TypeError(type(told))
    texts = {
        key: _optional(str, told.get(key))
        for key in ("plate", "color", "vehicle_type", "make", "direction")
    }
    color_from = told.get("color_from")
    if color_from not in {"spotter", "identifier", None}:
        raise ValueError(color_from)
    seconds = told.get("seconds_to_identification")
    return CaptureFacts(
        id=capture_id,
        spotted_at=dt_util.parse_datetime(told["spotted_at"], raise_on_error=True),
        type=CaptureType(told["type"]),
        color_from=color_from,
        speed=_optional(int, told.get("speed")),
        rules=tuple(str(rule) for rule in told.get("rules", ())),
        seconds_to_identification=None if seconds is None else float(seconds),
        **texts,
    )


def _optional[T](kind: type[T], value: object) -> T | None:
    if value is None or isinstance(value, kind):
        return value
    raise TypeError(type(value))
