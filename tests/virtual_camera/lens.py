"""A motorised lens: positions 0 to 1, motors that take time, autofocus after each zoom."""

from collections.abc import Callable
from dataclasses import dataclass
import time

SHARP_AT_WIDE = 0.42
_SHARP_SLOPE = 0.35
_AUTOFOCUS_SECONDS = 0.5


def sharp_focus(zoom: float) -> float:
    """Return the focus position at which the scene is sharp."""
    return SHARP_AT_WIDE + _SHARP_SLOPE * zoom


@dataclass(slots=True)
class _Travel:
    begin: float
    end: float
    start: float
    seconds: float

    def at(self, moment: float) -> float:
        if moment >= self.arrival:
            return self.end
        if moment <= self.start:
            return self.begin
        return self.begin + (self.end - self.begin) * (moment - self.start) / self.seconds

    @property
    def arrival(self) -> float:
        return self.start + self.seconds


class Lens:
    """Zoom and focus of one sensor.

    `full_travel` is the seconds from end to end, `reaction` those before a motor starts.
    """

    def __init__(
        self,
        *,
        full_travel: float = 4.0,
        reaction: float = 0.0,
        zoom: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._full_travel = full_travel
        self._reaction = reaction
        self._now = now
        self._zoom = _Travel(zoom, zoom, 0.0, 0.0)
        self._focus = _Travel(sharp_focus(zoom), sharp_focus(zoom), 0.0, 0.0)

    @property
    def zoom(self) -> float:
        """Where the zoom motor is now."""
        return self._zoom.at(self._now())

    @property
    def focus(self) -> float:
        """Where the focus motor is now."""
        return self._focus.at(self._now())

    @property
    def moving(self) -> bool:
        """Whether a motor runs, the autofocus after a zoom included."""
        return any(each.start <= self._now() < each.arrival for each in (self._zoom, self._focus))

    @property
    def blur(self) -> float:
        """How far the picture is from sharp, 0 to 1."""
        return min(abs(self.focus - sharp_focus(self.zoom)) * 4, 1.0)

    def move(self, *, zoom: float | None = None, focus: float | None = None) -> None:
        """Send the motors off; after a zoom the autofocus overrides any focus given."""
        if zoom is not None and zoom != self.zoom:
            target = min(max(zoom, 0.0), 1.0)
            self._zoom = self._travel(self.zoom, target)
            self._focus = _Travel(
                self.focus,
                sharp_focus(target),
                self._zoom.start,
                self._zoom.seconds + _AUTOFOCUS_SECONDS * min(self._full_travel, 1),
            )
        elif focus is not None:
            self._focus = self._travel(self.focus, min(max(focus, 0.0), 1.0))

    def autofocus(self) -> None:
        """Search for the sharp position."""
        target = sharp_focus(self._zoom.end)
        search = _AUTOFOCUS_SECONDS * min(self._full_travel, 1)
        start = self._now() + self._reaction
        self._focus = _Travel(self.focus, target, start, max(search, self._zoom.arrival - start))

    def _travel(self, begin: float, end: float) -> _Travel:
        start = self._now() + self._reaction
        return _Travel(begin, end, start, abs(end - begin) * self._full_travel)
