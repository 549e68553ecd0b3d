"""A locked account, and for how long to leave it alone: every further try may prolong that."""

from datetime import timedelta
from time import monotonic

from .errors import AccountLockedError

_REST_UNTOLD = timedelta(minutes=5)


class Lock:
    """A lock of the account; `told` is how long it lasts, where the camera tells."""

    def __init__(self, told: timedelta | None) -> None:
        self._is_told = bool(told)
        self._until = monotonic() + (told or _REST_UNTOLD).total_seconds()

    @property
    def is_over(self) -> bool:
        """Whether the account may be tried again."""
        return monotonic() >= self._until

    def error(self) -> AccountLockedError:
        """Return what to raise now."""
        remaining = timedelta(seconds=self._until - monotonic()) if self._is_told else None
        return AccountLockedError("the camera has locked the account", remaining)
