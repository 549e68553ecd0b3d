"""A sample of what a camera reported, small enough to be kept for ever."""

from collections.abc import Iterable

from .events import Event

_MOST_KINDS = 100
_OTHER_CODES = "other"


class EventSample:
    """The latest event of each code, action and index, and how many there were of each code."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._latest: dict[tuple[str, str, int], Event] = {}

    def note(self, event: Event) -> bool:
        """Take an event; the oldest makes room. Returns whether a code begins to be counted."""
        kind = (event.code, event.action, event.index)
        self._latest.pop(kind, None)
        self._latest[kind] = event
        if len(self._latest) > _MOST_KINDS:
            del self._latest[next(iter(self._latest))]
        if event.code in self.counts:
            self.counts[event.code] += 1
            return False
        is_new = len(self.counts) < _MOST_KINDS
        code = event.code if is_new else _OTHER_CODES
        self.counts[code] = self.counts.get(code, 0) + 1
        return is_new

    @property
    def events(self) -> Iterable[Event]:
        """What is kept, the latest last."""
        return self._latest.values()
