"""Where one camera's captures are kept: in Home Assistant's media folder, within limits."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .capture import Capture, CaptureFacts
from .capture_folder import CaptureFolder, KeepingLimits, PictureKind, in_order
from .const import DOMAIN, LOGGER

_DEFAULT_MEDIA_DIR = "local"


class CaptureNotKeptError(Exception):
    """A capture cannot be written; those that were kept before are as they were."""


def capture_folder(hass: HomeAssistant, entry_id: str) -> CaptureFolder:
    """Return the folder of a camera's captures, whether it exists or not."""
    directories = hass.config.media_dirs
    media = directories.get(_DEFAULT_MEDIA_DIR) or next(
        iter(directories.values()), hass.config.path("media")
    )
    return CaptureFolder(Path(media) / DOMAIN / entry_id)


class CaptureStore:
    """Keeps captures of one camera, one at a time; removes the oldest when there are too many."""

    def __init__(self, hass: HomeAssistant, entry_id: str, limits: KeepingLimits) -> None:
        """Keep the captures of the camera with this entry."""
        self._hass = hass
        self._folder = capture_folder(hass, entry_id)
        self._limits = limits

    async def save(self, capture: Capture, composed: bytes | None) -> None:
        """Keep a capture and make room; CaptureNotKeptError where the disk does not take it."""
        await self._hass.async_add_executor_job(self._save, capture, composed)

    async def tidy(self) -> None:
        """Remove what is beyond the limits; days pass without captures too."""
        await self._hass.async_add_executor_job(self._tidy)

    async def latest(self) -> CaptureFacts | None:
        """Return the facts of the newest capture that can be read."""
        return await self._hass.async_add_executor_job(self._latest)

    async def picture(self, capture_id: str, kind: PictureKind) -> bytes | None:
        """Return a picture of a capture as a JPEG; None where there is none."""
        return await self._hass.async_add_executor_job(self._picture, capture_id, kind)

    def _save(self, capture: Capture, composed: bytes | None) -> None:
        try:
            self._folder.write(capture, composed)
        except OSError as error:
            raise CaptureNotKeptError(str(error)) from error
        self._tidy(saved=capture.facts.id)

    def _tidy(self, saved: str | None = None) -> None:
        try:
            self._folder.tidy(self._limits, dt_util.utcnow(), saved)
        except OSError as error:
            LOGGER.debug("Cannot remove old captures: %s", error)

    def _latest(self) -> CaptureFacts | None:
        try:
            ids = in_order(self._folder.ids(), dt_util.utcnow())
        except OSError as error:
            LOGGER.debug("Cannot list captures: %s", error)
            return None
        return next((facts for each in reversed(ids) if (facts := self._folder.facts(each))), None)

    def _picture(self, capture_id: str, kind: PictureKind) -> bytes | None:
        try:
            path = self._folder.picture_path(capture_id, kind)
            return path.read_bytes() if path else None
        except OSError as error:
            LOGGER.debug("Cannot read a picture of capture %s: %s", capture_id, error)
            return None
