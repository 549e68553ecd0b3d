"""Asking the camera which events are active, where those that came leave that open."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from itertools import chain, repeat

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .const import LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError, NotSupportedError, PermissionDeniedError

# A camera that has just started may take its time to tell what is going on; the last is repeated.
PAUSES_UNTIL_TOLD = (1.0, 5.0, 15.0, 60.0, 600.0)

# Between two doubts about the same code, however many come up.
REST = 1.0

# Some cameras have no such list, some accounts may not see it; one that is starting may refuse so
# as well, but not for as long as that.
_REFUSALS = (NotSupportedError, PermissionDeniedError)


class Verification:
    """Asks one camera for its list of what is active, code by code, until it tells.

    `confirm` takes each answer: the code, the channels on which it is active, and the time of the
    loop since when events know better. Where the camera does not tell, it is None for the
    channels, and what was heard before the question came up does not stay on.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        camera: DahuaCamera,
        confirm: Callable[[str, set[int] | None, float], None],
    ) -> None:
        """Have no question yet."""
        self._hass = hass
        self._entry = entry
        self._camera = camera
        self._confirm = confirm
        self._doubted: set[str] = set()
        self._being_dispelled: set[str] = set()
        self._rested_at: dict[str, float] = {}
        self._has_told: set[str] = set()
        self._refused: set[str] = set()
        self._never_told: set[str] = set()
        self._insisted_on: set[str] = set()
        self._asking: set[asyncio.Task[None]] = set()

    @property
    def is_over(self) -> bool:
        """Whether nothing is asked any more."""
        return not self._asking

    @callback
    def resynchronise(self, codes: set[str], tried: CALLBACK_TYPE) -> None:
        """Ask about codes, as the camera does not repeat what was missed; then call `tried`."""
        self._ask(self._resynchronise(codes, tried), "resynchronise")

    @callback
    def doubt(self, codes: Iterable[str]) -> None:
        """Ask about codes, of each once at a time and not too often."""
        self._doubted.update(codes)
        for code in self._doubted - self._being_dispelled:
            self._ask(self._dispel_doubt(code), f"verify {code}")

    @callback
    def stop(self) -> None:
        """Ask nothing more: the next connection asks for everything anew."""
        for task in self._asking:
            task.cancel()
        self._doubted.clear()

    def _ask(self, questions: Coroutine[None, None, None], what: str) -> None:
        task = self._entry.async_create_background_task(
            self._hass, questions, f"{what} of {self._entry.title}"
        )
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _resynchronise(self, codes: set[str], tried: CALLBACK_TYPE) -> None:
        since = self._hass.loop.time()
        untold = await self._verify_all(codes, since)
        tried()
        await self._insist(untold, since)

    async def _dispel_doubt(self, code: str) -> None:
        """Verify a code, and once more where new doubts came up while the camera was asked."""
        self._being_dispelled.add(code)
        since, untold = 0.0, set[str]()
        try:
            while code in self._doubted:
                await asyncio.sleep(self._rested_at.get(code, 0.0) - self._hass.loop.time())
                self._doubted.remove(code)
                since = self._hass.loop.time()
                self._rested_at[code] = since + REST
                untold = await self._verify_all({code}, since)
        finally:
            self._being_dispelled.remove(code)
        # What comes up from now on is asked about at once, however long the camera cannot tell.
        await self._insist(untold, since)

    async def _insist(self, codes: set[str], since: float) -> None:
        """Ask about codes again, ever less often, until the camera tells of each.

        What is asked about so already is left to that.
        """
        untold = codes - self._insisted_on
        self._insisted_on |= untold
        pauses = chain(PAUSES_UNTIL_TOLD, repeat(PAUSES_UNTIL_TOLD[-1]))
        try:
            for tries, pause in enumerate(pauses, start=1):
                if not untold:
                    return
                await asyncio.sleep(pause)
                left = await self._verify_all(untold, since)
                if tries >= len(PAUSES_UNTIL_TOLD):
                    self._never_told |= left & self._refused
                    left -= self._never_told
                self._insisted_on -= untold - left
                untold = left
        finally:
            self._insisted_on -= untold

    async def _verify_all(self, codes: set[str], since: float) -> set[str]:
        """Verify codes one after the other; return those about which to ask again."""
        untold = {code for code in codes if not await self._verify(code, since)}
        return untold - self._never_told

    async def _verify(self, code: str, since: float) -> bool:
        """Compare what a code holds on with the camera's list; return whether it was given."""
        asked = self._hass.loop.time()
        try:
            channels = await self._camera.active_channels(code)
        except DahuaError as error:
            LOGGER.debug("%s: cannot verify %s: %s", self._entry.title, code, error)
            self._confirm(code, None, since)
            self._note_refusal(code, error)
            return False
        self._has_told.add(code)
        self._never_told.discard(code)
        self._confirm(code, channels, asked)
        return True

    def _note_refusal(self, code: str, error: DahuaError) -> None:
        """Note whether it is a refusal that may be final: not where the camera has told before."""
        if isinstance(error, _REFUSALS) and code not in self._has_told:
            self._refused.add(code)
        else:
            self._refused.discard(code)
