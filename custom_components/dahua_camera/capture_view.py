"""The pictures of captures over HTTP, for whoever is logged in to Home Assistant."""

from pathlib import Path

from aiohttp import hdrs, web

from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.core import HomeAssistant, callback

from .capture_folder import PictureKind
from .capture_store import capture_folder
from .const import DOMAIN, LOGGER

_URL = f"/api/{DOMAIN}/captures/{{entry_id}}/{{capture_id}}/{{kind}}"
# A capture never changes; it is for the browser of who looked at it, not for a proxy.
_CACHING = {hdrs.CACHE_CONTROL: "private, max-age=86400"}


@callback
def capture_url(entry_id: str, capture_id: str, kind: PictureKind) -> str:
    """Return the path of a picture; it opens for those who are logged in, or when it is signed."""
    return _URL.format(entry_id=entry_id, capture_id=capture_id, kind=kind)


async def async_find_picture(
    hass: HomeAssistant, entry_id: str, capture_id: str, kind: str
) -> Path | None:
    """Return the file of a picture of a camera that is set up; None for whatever is not there."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN or kind not in PictureKind:
        return None
    folder = capture_folder(hass, entry_id)
    try:
        return await hass.async_add_executor_job(folder.picture_path, capture_id, PictureKind(kind))
    except OSError as error:
        LOGGER.debug("Cannot find a picture of capture %s: %s", capture_id, error)
        return None


class CaptureView(HomeAssistantView):
    """Serves the pictures of all cameras' captures."""

    requires_auth = True
    url = _URL
    name = f"api:{DOMAIN}:captures"

    async def get(
        self, request: web.Request, entry_id: str, capture_id: str, kind: str
    ) -> web.StreamResponse:
        """Return a picture as a JPEG."""
        path = await async_find_picture(request.app[KEY_HASS], entry_id, capture_id, kind)
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_CACHING)
