"""Work that can wait until Home Assistant has sent its pages what was written before it."""

from asyncio import AbstractEventLoop
from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, callback

from .const import LOGGER


class Deferred:
    """A piece of work that is done soon, but not before what was just written is sent.

    Home Assistant sends its pages what was written as soon as a turn of the event loop adds
    nothing to it; so writing on without a pause holds up what was written first.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        """Have nothing to do."""
        self._loop = loop
        self._work: CALLBACK_TYPE | None = None

    @callback
    def schedule(self, work: Callable[[], None]) -> None:
        """Do a piece of work in two turns of the loop; what was scheduled before is done now."""
        self.flush()
        self._work = work
        self._loop.call_soon(self._loop.call_soon, self.flush)

    @callback
    def flush(self) -> None:
        """Do what was scheduled; its failure must not stop whoever comes next."""
        work, self._work = self._work, None
        if work is None:
            return
        try:
            work()
        except Exception:  # noqa: BLE001
            LOGGER.exception("Unexpected error in an event listener")

    @callback
    def cancel(self) -> None:
        """Forget what was scheduled."""
        self._work = None
