"""What can wait until the pages know of what came before it."""

from asyncio import AbstractEventLoop
from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, callback

from .const import LOGGER


class Postponed:
    """A piece of work that is done soon, but not before what was just written is sent.

    Home Assistant sends its pages what was written as soon as a turn of the event loop adds
    nothing to it; so whoever writes on without a pause holds up what he wrote first.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        """Have nothing to do."""
        self._loop = loop
        self._work: CALLBACK_TYPE | None = None

    @callback
    def put_off(self, work: Callable[[], None]) -> None:
        """Do a piece of work in two turns of the loop; the one before is done now."""
        self.do_now()
        self._work = work
        self._loop.call_soon(self._loop.call_soon, self.do_now)

    @callback
    def do_now(self) -> None:
        """Do what was put off; its failure is not the failure of whoever comes next."""
        work, self._work = self._work, None
        if work is None:
            return
        try:
            work()
        except Exception:  # noqa: BLE001
            LOGGER.exception("Error while telling of an event")

    @callback
    def drop(self) -> None:
        """Do nothing any more."""
        self._work = None
