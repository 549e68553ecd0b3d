"""What requests to a camera tell of its condition: whether it may be asked, and has room for us."""

from datetime import timedelta
from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .dahua.errors import (
    AccountLockedError,
    ConnectionLimitError,
    DahuaError,
    HostUnknownError,
    HostUnreachableError,
    PermissionDeniedError,
    PortClosedError,
)
from .dahua.lock import Lock
from .issues import Issue, report, withdraw

# Somebody who looks at the camera in a browser leaves again.
FULL_FOR_LONG = timedelta(minutes=10)

_REFUSED, _ALLOWED, _NOT_TRIED = "✗", "✓", "–"


class RequestKind(StrEnum):
    """What a camera is asked for; an account may have the right to some of these only."""

    SETTINGS = "settings"
    CHANGES = "changes"
    EVENTS = "events"
    LIVE_PICTURE = "live_picture"


# Asked for again and again: a success takes back what a failure told.
_REPEATED = {RequestKind.SETTINGS, RequestKind.EVENTS}

# What is away has no full table: that was before it went.
_AWAY = (HostUnknownError, HostUnreachableError, PortClosedError)


class Condition:
    """What is known of a camera's condition; kept while its entry is set up again and again."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Know nothing yet of a camera."""
        self._hass = hass
        self._entry = entry
        self._marks = dict.fromkeys(RequestKind, _NOT_TRIED)
        self._full_since: dict[RequestKind, float] = {}
        self._lock: Lock | None = None

    @callback
    def record(self, request: RequestKind, error: DahuaError | None) -> None:
        """Take in what came of a request; `error` is None where it was answered."""
        now = self._hass.loop.time()
        if error is None:
            self._lock = None
            self._full_since.pop(request, None)
            self._mark(request, _ALLOWED)
        elif isinstance(error, PermissionDeniedError):
            self._full_since.pop(request, None)
            self._mark(request, _REFUSED)
        elif isinstance(error, ConnectionLimitError) and request in _REPEATED:
            self._full_since.setdefault(request, now)
        elif isinstance(error, AccountLockedError):
            # What is only told again does not begin anew.
            self._lock = self._running_lock or Lock(error.remaining)
        elif isinstance(error, _AWAY):
            self._full_since.clear()
        self._tell_of_connections(now)

    @callback
    def give_new_chance(self, request: RequestKind) -> None:
        """Forget that something was refused: the owner may have given the right."""
        if self._marks[request] == _REFUSED:
            self._mark(request, _NOT_TRIED)

    @property
    def lock(self) -> AccountLockedError | None:
        """Why the account is to be left alone; None where it may be tried."""
        return self._running_lock.error() if self._running_lock else None

    @property
    def _running_lock(self) -> Lock | None:
        return None if self._lock is None or self._lock.is_over else self._lock

    @callback
    def unlock(self) -> None:
        """Forget that the account was locked: it, or another one, has just been let in."""
        self._lock = None

    def _mark(self, request: RequestKind, mark: str) -> None:
        before, self._marks[request] = self._marks[request], mark
        if mark == before:
            return
        if _REFUSED in self._marks.values():
            marks = {str(each): mark for each, mark in self._marks.items()}
            report(self._hass, self._entry, Issue.RIGHTS, marks)
        elif before == _REFUSED:
            withdraw(self._hass, self._entry, Issue.RIGHTS)

    def _tell_of_connections(self, now: float) -> None:
        """Tell where there has been no connection for long, whatever was asked for."""
        longest = max((now - since for since in self._full_since.values()), default=None)
        if longest is None:
            withdraw(self._hass, self._entry, Issue.CONNECTIONS)
        elif longest > FULL_FOR_LONG.total_seconds():
            report(self._hass, self._entry, Issue.CONNECTIONS, {})


_CONDITIONS: HassKey[dict[str, Condition]] = HassKey(f"{DOMAIN}_conditions")


@callback
def condition_of(hass: HomeAssistant, entry: ConfigEntry) -> Condition:
    """Return what is known of the condition of an entry's camera."""
    conditions = hass.data.setdefault(_CONDITIONS, {})
    if entry.entry_id not in conditions:
        conditions[entry.entry_id] = Condition(hass, entry)
    return conditions[entry.entry_id]


@callback
def forget_condition(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the condition of an entry that is removed or disabled."""
    hass.data.get(_CONDITIONS, {}).pop(entry.entry_id, None)
