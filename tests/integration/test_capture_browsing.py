"""Captures in the media browser and over HTTP, as the pages and apps of Home Assistant ask."""

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.dahua_camera.capture import (
    Capture,
    CaptureFacts,
    new_capture_id,
)
from custom_components.dahua_camera.capture_folder import CaptureFolder, PictureKind
from custom_components.dahua_camera.capture_store import capture_folder
from custom_components.dahua_camera.capture_view import capture_url
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.passage import CaptureType
from homeassistant.components.media_player import BrowseError
from homeassistant.components.media_source import (
    BrowseMediaSource,
    Unresolvable,
    async_browse_media,
    async_resolve_media,
)
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

ROOT = f"media-source://{DOMAIN}"
# Shortly before midnight in UTC, the next day in Berlin.
LATE = datetime(2026, 11, 21, 23, 30, 5, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 11, 0, 7, tzinfo=UTC)
EVENING = datetime(2026, 11, 22, 17, 45, 9, tzinfo=UTC)
PREVIOUS = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
async def camera_entry(
    hass: HomeAssistant, tmp_path: Path, socket_enabled: None
) -> MockConfigEntry:
    """A camera that is set up but not loaded: its captures are there all the same."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    await hass.config.async_set_time_zone("Europe/Berlin")
    entry = MockConfigEntry(domain=DOMAIN, title="Gate", disabled_by=ConfigEntryDisabler.USER)
    entry.add_to_hass(hass)
    for component in (DOMAIN, "media_source"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def folder(hass: HomeAssistant, camera_entry: MockConfigEntry) -> CaptureFolder:
    return capture_folder(hass, camera_entry.entry_id)


def keep(folder: CaptureFolder, moment: datetime, **facts: Any) -> str:
    """Keep a capture of a moment and return its id."""
    capture_id = new_capture_id(moment)
    known = {"type": CaptureType.UNIDENTIFIED} | facts
    folder.write(
        Capture(
            facts=CaptureFacts(id=capture_id, spotted_at=moment, **known),
            spotter_picture=b"spotter",
            identifier_picture=b"identifier",
        ),
        b"composed",
    )
    return capture_id


async def browse(hass: HomeAssistant, *parts: str) -> BrowseMediaSource:
    """Open a place in the media browser."""
    found = await async_browse_media(hass, "/".join((ROOT, *parts)))
    assert isinstance(found, BrowseMediaSource)
    return found


def titles(place: BrowseMediaSource) -> list[str]:
    """Return what is listed at a place."""
    return [child.title for child in place.children or ()]


async def test_cameras_with_captures_are_listed(hass: HomeAssistant, folder: CaptureFolder) -> None:
    MockConfigEntry(
        domain=DOMAIN, title="Without", disabled_by=ConfigEntryDisabler.USER
    ).add_to_hass(hass)
    assert titles(await browse(hass)) == []
    keep(folder, NOON)
    root = await browse(hass)
    assert (root.title, titles(root)) == ("Dahua Camera", ["Gate"])


async def test_days_are_those_of_the_owner(
    hass: HomeAssistant, camera_entry: MockConfigEntry, folder: CaptureFolder
) -> None:
    for moment in (PREVIOUS, LATE, NOON):
        keep(folder, moment)
    days = await browse(hass, camera_entry.entry_id)
    assert titles(days) == ["2026-11-22", "2026-11-20"]
    day = await browse(hass, camera_entry.entry_id, "2026-11-22")
    assert titles(day) == ["12:00:07 — Unidentified", "00:30:05 — Unidentified"]


async def test_captures_are_told_by_what_is_known(
    hass: HomeAssistant, camera_entry: MockConfigEntry, folder: CaptureFolder
) -> None:
    keep(folder, NOON, type=CaptureType.PLATE, plate="AB 123 CD", color="silver", speed=38)
    damaged = keep(folder, EVENING)
    (folder.path / f"{damaged}.json").write_bytes(b"\x00" * 99)
    day = await browse(hass, camera_entry.entry_id, "2026-11-22")
    assert titles(day) == ["18:45:09", "12:00:07 — AB 123 CD · Silver · 38 km/h"]


async def test_a_capture_opens_to_all_its_pictures(
    hass: HomeAssistant, camera_entry: MockConfigEntry, folder: CaptureFolder
) -> None:
    capture_id = keep(folder, NOON)
    whole = await browse(hass, camera_entry.entry_id, capture_id)
    assert titles(whole) == ["Both sensors", "Spotted", "Identified"]
    (folder.path / f"{capture_id}.identifier.jpg").unlink()
    assert len(titles(await browse(hass, camera_entry.entry_id, capture_id))) == 2


async def get(hass_client: ClientSessionGenerator, path: str) -> tuple[int, bytes, str]:
    """Return status, content and type that a logged-in user is given."""
    response = await (await hass_client()).get(path)
    return response.status, await response.read(), response.content_type


@pytest.mark.parametrize(
    ("kind", "content"),
    [((), b"composed"), *(((kind,), kind.encode()) for kind in PictureKind)],
)
async def test_what_the_browser_plays_is_the_picture(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    camera_entry: MockConfigEntry,
    folder: CaptureFolder,
    kind: tuple[str, ...],
    content: bytes,
) -> None:
    identifier = "/".join((ROOT, camera_entry.entry_id, keep(folder, NOON), *kind))
    socket = await hass_ws_client(hass)
    await socket.send_json_auto_id(
        {"type": "media_source/resolve_media", "media_content_id": identifier}
    )
    answer = (await socket.receive_json())["result"]
    assert answer["mime_type"] == "image/jpeg"
    # The address is signed: that is how an image element may load it.
    response = await (await hass_client_no_auth()).get(answer["url"])
    assert (response.status, await response.read()) == (HTTPStatus.OK, content)
    assert response.content_type == "image/jpeg"


async def test_thumbnails_are_served(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera_entry: MockConfigEntry,
    folder: CaptureFolder,
) -> None:
    keep(folder, NOON)
    (capture,) = (await browse(hass, camera_entry.entry_id, "2026-11-22")).children or ()
    assert capture.thumbnail
    assert await get(hass_client, capture.thumbnail) == (HTTPStatus.OK, b"composed", "image/jpeg")


async def test_pictures_are_for_those_who_are_logged_in(
    hass_client_no_auth: ClientSessionGenerator,
    camera_entry: MockConfigEntry,
    folder: CaptureFolder,
) -> None:
    capture_id = keep(folder, NOON)
    client = await hass_client_no_auth()
    for kind in PictureKind:
        response = await client.get(capture_url(camera_entry.entry_id, capture_id, kind))
        assert response.status == HTTPStatus.UNAUTHORIZED


async def test_no_other_file_is_served(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera_entry: MockConfigEntry,
    folder: CaptureFolder,
) -> None:
    capture_id, entry_id = keep(folder, NOON), camera_entry.entry_id
    (folder.path.parent / f"{capture_id}.jpg").write_bytes(b"outside")
    stranger = MockConfigEntry(domain="other")
    stranger.add_to_hass(hass)
    keep(capture_folder(hass, stranger.entry_id), NOON)
    client = await hass_client()
    for where in (
        (entry_id, capture_id, "json"),
        (entry_id, capture_id, "facts"),
        (entry_id, f"..%2F{capture_id}", "composed"),
        (entry_id, new_capture_id(NOON), "composed"),
        (entry_id, "%00", "composed"),
        ("..", capture_id, "composed"),
        ("", capture_id, "composed"),
        (stranger.entry_id, capture_id, "composed"),
    ):
        response = await client.get(f"/api/{DOMAIN}/captures/{'/'.join(where)}")
        assert response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}, where


@pytest.mark.parametrize("place", ["", "/", "/nothing", "/..", "/../../secrets/composed", "/a/b/c"])
async def test_what_is_not_there_is_said_in_words(
    hass: HomeAssistant, camera_entry: MockConfigEntry, folder: CaptureFolder, place: str
) -> None:
    keep(folder, NOON)
    for entry_id in (camera_entry.entry_id, "unknown", ".."):
        with pytest.raises(Unresolvable) as problem:
            await async_resolve_media(hass, f"{ROOT}/{entry_id}{place}", None)
        assert "no longer exists" in str(problem.value)
        if entry_id == camera_entry.entry_id and place in {"", "/"}:
            continue
        with pytest.raises(BrowseError) as unknown:
            await browse(hass, f"{entry_id}{place}")
        assert "no longer exists" in str(unknown.value)


async def test_captures_of_a_removed_camera_are_the_owners_files_only(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera_entry: MockConfigEntry,
    folder: CaptureFolder,
) -> None:
    capture_id = keep(folder, NOON)
    await hass.config_entries.async_remove(camera_entry.entry_id)
    assert titles(await browse(hass)) == []
    path = capture_url(camera_entry.entry_id, capture_id, PictureKind.COMPOSED)
    assert (await get(hass_client, path))[0] == HTTPStatus.NOT_FOUND
    assert folder.ids() == [capture_id]


async def test_unreadable_folder_is_said_in_words(
    hass: HomeAssistant, camera_entry: MockConfigEntry, folder: CaptureFolder
) -> None:
    folder.path.parent.mkdir()
    folder.path.write_text("a file in the way")
    with pytest.raises(BrowseError, match="Not a directory"):
        await browse(hass, camera_entry.entry_id)


async def test_unreadable_folder_hides_no_other_camera(
    hass: HomeAssistant, camera_entry: MockConfigEntry, folder: CaptureFolder
) -> None:
    keep(folder, NOON)
    other = MockConfigEntry(domain=DOMAIN, title="Yard", disabled_by=ConfigEntryDisabler.USER)
    other.add_to_hass(hass)
    capture_folder(hass, other.entry_id).path.write_text("a file in the way")
    assert titles(await browse(hass)) == ["Gate", "Yard"]
    with pytest.raises(BrowseError, match="Not a directory"):
        await browse(hass, other.entry_id)
