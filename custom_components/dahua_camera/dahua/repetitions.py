"""Telling what is seen anew from what the camera only says again."""

from .events import Event
from .sightings import event_id, plate_of

# For how long, in seconds, a number is remembered after it was last heard.
_MEMORY = 120.0
# No scene has more; only a camera gone wild counts on.
_MOST = 1000


class Repetitions:
    """Remembers the camera's numbers of what was heard, and the number plates without one."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int, int | str], float] = {}

    def is_repeated(self, event: Event, now: float, *, came_on: bool) -> bool:
        """Tell whether an event was heard before.

        One without a number is new where a detection came on by it, or by its number plate. The
        camera's numbers start anew with it, so they are remembered for a while only; `now` is in
        seconds of any monotonic clock.
        """
        number = event_id(event)
        mark = _plate(event) if number is None else number
        if mark is None:
            return not came_on
        self._forget_what_is_old(now)
        key = (event.code, event.index, mark)
        repeated = self._seen.pop(key, None) is not None
        # What was heard last comes last.
        self._seen[key] = now
        return repeated and (number is not None or not came_on)

    def _forget_what_is_old(self, now: float) -> None:
        while self._seen:
            oldest = next(iter(self._seen))
            if now - self._seen[oldest] < _MEMORY and len(self._seen) < _MOST:
                return
            del self._seen[oldest]

    def forget(self) -> None:
        """Start anew, as the camera may have done."""
        self._seen.clear()


def _plate(event: Event) -> str | None:
    reading = plate_of(event)
    return reading.plate if reading else None
