"""Callbacks that are called when something happens."""

from collections.abc import Callable, Hashable, Iterator

from homeassistant.core import CALLBACK_TYPE, callback


class Listeners[K: Hashable, *Ts]:
    """Callbacks by what they wait for; each may leave while they are called."""

    def __init__(self) -> None:
        """Have nobody waiting."""
        self._waiting: dict[K, set[Callable[[*Ts], None]]] = {}

    @callback
    def add(self, key: K, listener: Callable[[*Ts], None]) -> CALLBACK_TYPE:
        """Add a listener, and return what removes it."""
        self._waiting.setdefault(key, set()).add(listener)

        @callback
        def remove() -> None:
            waiting = self._waiting[key]
            waiting.discard(listener)
            if not waiting:
                del self._waiting[key]

        return remove

    @callback
    def call(self, key: K, *told: *Ts) -> None:
        """Call all that wait for this."""
        for listener in tuple(self._waiting.get(key, ())):
            listener(*told)

    def __contains__(self, key: K) -> bool:
        """Tell whether anybody waits for this."""
        return key in self._waiting

    def __iter__(self) -> Iterator[K]:
        """Go through all that is waited for."""
        return iter(self._waiting)
