"""One subscription to the camera's events, kept alive for ever."""

import asyncio
from collections.abc import Callable
import logging
from math import inf
import random

from .errors import DahuaError, InvalidCredentialsError, MalformedResponseError
from .events import Event, EventParser
from .http import CameraHttp

_LOGGER = logging.getLogger(__name__)

HEARTBEAT = 5
# A camera that reboots leaves the connection open and silent.
SILENCE = 3.0 * HEARTBEAT
FIRST_RETRY = 1.0
LONGEST_RETRY = 60.0
SPREAD = (0.75, 1.25)


class EventStream:
    """Listens to a camera and comes back after every loss.

    `on_event` is called for each event, `on_connected` once the stream is seen to work, before
    its first event, `on_lost` when it ends after that, and `on_refused` whenever it cannot be
    opened. `spread` draws a number between two.
    """

    def __init__(
        self,
        http: CameraHttp,
        *,
        on_event: Callable[[Event], object],
        on_connected: Callable[[], None],
        on_lost: Callable[[DahuaError], None],
        on_refused: Callable[[DahuaError], None] = lambda _: None,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.parser = EventParser()
        self.connected = False
        self.connections = 0
        self.gap = 0.0
        """For how many seconds nothing was heard before this connection."""
        self._http = http
        self._on_event = on_event
        self._on_connected = on_connected
        self._on_lost = on_lost
        self._on_refused = on_refused
        self._spread = spread
        self._retry = FIRST_RETRY
        self._last_sign = -inf
        self._last_byte = -inf

    @property
    def silence(self) -> float | None:
        """For how many seconds not a byte has come; None where none ever came."""
        silence = asyncio.get_running_loop().time() - self._last_byte
        return None if silence == inf else silence

    async def run(self) -> None:
        """Listen until cancelled, or until the camera refuses the password for good."""
        clock = asyncio.get_running_loop().time
        while True:
            opened = clock()
            try:
                await self._listen()
            except DahuaError as error:
                if self.connected:
                    self.connected = False
                    if clock() - opened > self._retry:
                        # It was worth coming back; what ends at once has to wait ever longer.
                        self._retry = FIRST_RETRY
                    self._on_lost(error)
                else:
                    _LOGGER.debug("Event stream cannot be opened: %s", error)
                    self._on_refused(error)
                if isinstance(error, InvalidCredentialsError):
                    return
            # Many cameras behind one switch come back together: spread their clients.
            await asyncio.sleep(self._retry * self._spread(*SPREAD))
            self._retry = min(self._retry * 2, LONGEST_RETRY)

    async def _listen(self) -> None:
        query = f"action=attach&codes=[All]&heartbeat={HEARTBEAT}"
        parser = self.parser = EventParser()
        clock = asyncio.get_running_loop().time
        opened = clock()
        async with self._http.open_stream("eventManager.cgi", query, silence=SILENCE) as chunks:
            async for chunk in chunks:
                self._last_byte = clock()
                parts = parser.parts
                for event in parser.feed(chunk):
                    if parser.parts > parts:
                        self._prove(clock())
                    self._hand_on(event)
                if parser.parts > parts:
                    self._prove(clock())
                elif clock() - max(opened, self._last_sign) > SILENCE:
                    raise MalformedResponseError("the event stream holds nothing but noise")

    def _hand_on(self, event: Event) -> None:
        """Hand on an event; an error in the listener must not end the stream."""
        try:
            self._on_event(event)
        except Exception:
            _LOGGER.exception("Unexpected error while handling event %s", event.code)

    def _prove(self, now: float) -> None:
        """Note that the stream works; opening it alone is no proof."""
        before, self._last_sign = self._last_sign, now
        if not self.connected:
            self.connected = True
            self.connections += 1
            self.gap = now - before
            self._on_connected()
