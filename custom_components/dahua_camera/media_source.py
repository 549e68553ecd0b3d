"""Captures in the media browser: by camera and day, the newest first."""

from datetime import date
from typing import override

from homeassistant.components.media_player import BrowseError, MediaClass
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .captions import Captions
from .capture import CaptureFacts
from .capture_folder import CaptureFolder, PictureKind, moment_of
from .capture_store import capture_folder
from .capture_view import async_find_picture, capture_url
from .const import DOMAIN

_JPEG = "image/jpeg"
_SEPARATOR = "/"


async def async_get_media_source(hass: HomeAssistant) -> CaptureMediaSource:
    """Set up the captures as a source of media."""
    return CaptureMediaSource(hass)


class CaptureMediaSource(MediaSource):
    """The captures of all cameras that are set up, loaded or not.

    Identifiers are the camera's entry, then a day or a capture, then a picture of the capture.
    """

    name = "Dahua Camera"

    def __init__(self, hass: HomeAssistant) -> None:
        """Show what is in the media folder."""
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        match item.identifier.split(_SEPARATOR):
            case [entry_id, capture_id]:
                kind: str = PictureKind.COMPOSED
            case [entry_id, capture_id, kind]:
                pass
            case _:
                entry_id = capture_id = kind = ""
        path = await async_find_picture(self.hass, entry_id, capture_id, kind)
        if path is None:
            raise Unresolvable(translation_domain=DOMAIN, translation_key="capture_gone")
        return PlayMedia(capture_url(entry_id, capture_id, PictureKind(kind)), _JPEG, path=path)

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        if not item.identifier:
            return _directory(None, self.name, await self._cameras())
        entry_id, _, place = item.identifier.partition(_SEPARATOR)
        title = self._title(entry_id)
        if not place:
            return _directory(entry_id, title, await self._days(entry_id))
        if day := _day(place):
            return _directory(item.identifier, place, await self._captures(entry_id, day))
        return await self._capture(entry_id, place)

    def _title(self, entry_id: str) -> str:
        """Return what the owner calls a camera."""
        entry = self.hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.domain != DOMAIN:
            raise BrowseError(translation_domain=DOMAIN, translation_key="capture_gone")
        return entry.title

    async def _cameras(self) -> list[BrowseMediaSource]:
        """Return the cameras that have captures, or whose captures cannot be read."""
        return [
            _directory(entry.entry_id, entry.title)
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            if await self._may_have_captures(entry.entry_id)
        ]

    async def _may_have_captures(self, entry_id: str) -> bool:
        """Tell whether to list a camera; what is wrong with its folder is said inside."""
        try:
            return bool(await self._ids(entry_id))
        except BrowseError:
            return True

    async def _days(self, entry_id: str) -> list[BrowseMediaSource]:
        days = {_local_day(capture_id) for capture_id in await self._ids(entry_id)}
        return [
            _directory(f"{entry_id}{_SEPARATOR}{day}", day.isoformat())
            for day in sorted(days, reverse=True)
        ]

    async def _captures(self, entry_id: str, day: date) -> list[BrowseMediaSource]:
        ids = [each for each in await self._ids(entry_id) if _local_day(each) == day]
        folder, captions = capture_folder(self.hass, entry_id), await Captions.load(self.hass)
        facts = await self.hass.async_add_executor_job(lambda: [*map(folder.facts, ids)])
        return [
            _capture(entry_id, capture_id, _describe(captions, capture_id, known))
            for capture_id, known in reversed([*zip(ids, facts, strict=True)])
        ]

    async def _capture(self, entry_id: str, capture_id: str) -> BrowseMediaSource:
        """Return a capture with each of its pictures."""
        if capture_id not in await self._ids(entry_id):
            raise BrowseError(translation_domain=DOMAIN, translation_key="capture_gone")
        folder, captions = capture_folder(self.hass, entry_id), await Captions.load(self.hass)
        facts = await self.hass.async_add_executor_job(folder.facts, capture_id)
        capture = _capture(entry_id, capture_id, _describe(captions, capture_id, facts))
        capture.children_media_class = MediaClass.IMAGE
        capture.children = [
            _picture(entry_id, capture_id, kind, captions.picture(kind))
            for kind in PictureKind
            if await async_find_picture(self.hass, entry_id, capture_id, kind)
        ]
        return capture

    async def _ids(self, entry_id: str) -> list[str]:
        """Return the ids of a camera's captures, the oldest first."""
        folder: CaptureFolder = capture_folder(self.hass, entry_id)
        try:
            return await self.hass.async_add_executor_job(folder.ids)
        except OSError as error:
            raise BrowseError(
                translation_domain=DOMAIN,
                translation_key="captures_unreadable",
                translation_placeholders={"error": str(error.strerror)},
            ) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _local_day(capture_id: str) -> date:
    return dt_util.as_local(moment_of(capture_id)).date()


def _describe(captions: Captions, capture_id: str, facts: CaptureFacts | None) -> str:
    """Return the title of a capture; one whose facts are damaged still has its time."""
    if facts:
        return captions.title(facts)
    return f"{dt_util.as_local(moment_of(capture_id)):%H:%M:%S}"


def _directory(
    identifier: str | None, title: str, children: list[BrowseMediaSource] | None = None
) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier,
        media_class=MediaClass.DIRECTORY,
        media_content_type="",
        title=title,
        can_play=False,
        can_expand=True,
        children=children,
    )


def _capture(entry_id: str, capture_id: str, title: str) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=_SEPARATOR.join((entry_id, capture_id)),
        media_class=MediaClass.IMAGE,
        media_content_type=_JPEG,
        title=title,
        thumbnail=capture_url(entry_id, capture_id, PictureKind.COMPOSED),
        can_play=True,
        can_expand=True,
    )


def _picture(entry_id: str, capture_id: str, kind: PictureKind, title: str) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=_SEPARATOR.join((entry_id, capture_id, kind)),
        media_class=MediaClass.IMAGE,
        media_content_type=_JPEG,
        title=title,
        thumbnail=capture_url(entry_id, capture_id, kind),
        can_play=True,
        can_expand=False,
    )
