"""The captures of one camera: the last one as it is shown, and all that are kept."""

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .captions import Captions
from .capture import Capture, CaptureFacts
from .capture_folder import KeepingLimits, PictureKind
from .capture_store import CaptureNotKeptError, CaptureStore
from .composition import compose
from .const import LOGGER
from .listeners import Listeners


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCapture:
    """The last capture as it is shown; `pictures` holds those that there are."""

    facts: CaptureFacts
    pictures: dict[PictureKind, bytes]


class CaptureAlbum:
    """Composes, keeps and shows what was captured; the last one outlives a restart."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, limits: KeepingLimits) -> None:
        """Keep the captures of a camera within limits."""
        self.last: ShownCapture | None = None
        self._hass = hass
        self._entry = entry
        self._store = CaptureStore(hass, entry.entry_id, limits)
        self._listeners: Listeners[None] = Listeners()
        self._is_keeping = True

    async def load(self) -> None:
        """Take up the last capture that was kept, within the limits as they are now."""
        await self._store.tidy()
        if facts := await self._store.latest():
            found = {kind: await self._store.picture(facts.id, kind) for kind in PictureKind}
            pictures = {kind: picture for kind, picture in found.items() if picture}
            self.last = ShownCapture(facts=facts, pictures=pictures)

    @callback
    def listen(self, update: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `update` when there is a new capture."""
        return self._listeners.add(None, update)

    async def add(self, capture: Capture) -> None:
        """Keep a capture and show it; what cannot be kept is shown all the same."""
        composed = await self._compose(capture)
        await self._keep(capture, composed)
        found = {
            PictureKind.COMPOSED: composed,
            PictureKind.SPOTTER: capture.spotter_picture,
            PictureKind.IDENTIFIER: capture.identifier_picture,
        }
        pictures = {kind: picture for kind, picture in found.items() if picture}
        self.last = ShownCapture(facts=capture.facts, pictures=pictures)
        self._listeners.call(None)

    async def _compose(self, capture: Capture) -> bytes:
        captions = await Captions.load(self._hass)
        return await self._hass.async_add_executor_job(
            compose,
            capture.spotter_picture,
            capture.identifier_picture,
            captions.caption(capture.facts),
        )

    async def _keep(self, capture: Capture, composed: bytes) -> None:
        try:
            await self._store.save(capture, composed)
        except CaptureNotKeptError as error:
            if self._is_keeping:
                LOGGER.warning("%s: cannot save captures: %s", self._entry.title, error)
            self._is_keeping = False
            return
        if not self._is_keeping:
            LOGGER.info("%s: captures are saved again", self._entry.title)
        self._is_keeping = True
