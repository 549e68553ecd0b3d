"""Captures on the disk: whole or not at all, within limits, and nothing of anybody else's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.capture import (
    Capture,
    CaptureFacts,
    new_capture_id,
)
from custom_components.dahua_camera.capture_folder import (
    CaptureFolder,
    KeepingLimits,
    PictureKind,
    moment_of,
)
from custom_components.dahua_camera.capture_store import (
    CaptureNotKeptError,
    CaptureStore,
    capture_folder,
)
from custom_components.dahua_camera.capture_view import async_find_picture
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.passage import CaptureType
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

MANY = KeepingLimits(days=7, count=500, megabytes=500)
NOW = datetime(2026, 11, 22, 14, 3, 12, 500000, tzinfo=UTC)


def capture(moment: datetime, size: int = 10, **facts: Any) -> Capture:
    """Return a capture whose pictures are of a size, in bytes."""
    return Capture(
        facts=CaptureFacts(
            **{
                "id": new_capture_id(moment),
                "spotted_at": moment,
                "type": CaptureType.UNIDENTIFIED,
            }
            | facts
        ),
        spotter_picture=b"s" * size,
        identifier_picture=b"i" * size,
    )


def fill(folder: CaptureFolder, count: int, size: int = 10, every: int = 60) -> list[str]:
    """Keep captures, the last one now, and return their ids, the oldest first."""
    moments = [NOW - timedelta(seconds=every * (count - 1 - each)) for each in range(count)]
    captures = [capture(moment, size) for moment in moments]
    for each in captures:
        folder.write(each, b"c" * size)
    return [each.facts.id for each in captures]


@pytest.fixture
def folder(tmp_path: Path) -> CaptureFolder:
    return CaptureFolder(tmp_path / "media" / "camera")


@pytest.fixture
def store(hass: HomeAssistant, tmp_path: Path) -> CaptureStore:
    hass.config.media_dirs = {"local": str(tmp_path / "media")}
    return CaptureStore(hass, "entry", MANY)


def test_ids_tell_the_time_and_sort_by_it() -> None:
    moments = [NOW + timedelta(milliseconds=each * 700) for each in range(5)]
    ids = [new_capture_id(moment) for moment in moments]
    assert ids == sorted(ids)
    assert [moment_of(each) for each in ids] == moments
    assert len({new_capture_id(NOW) for _ in range(20)}) > 1


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {
            "type": CaptureType.PLATE,
            "plate": "京A·12345",
            "color": "red",
            "color_from": "spotter",
            "vehicle_type": "saloon",
            "make": "Škoda",
            "direction": "left_to_right",
            "speed": 38,
            "rules": ("Gate", "Einfahrt ä"),
            "seconds_to_identification": 1.25,
        },
    ],
)
def test_what_is_written_is_read_again(folder: CaptureFolder, facts: dict[str, Any]) -> None:
    written = capture(NOW, **facts)
    folder.write(written, b"composed")
    assert folder.ids() == [written.facts.id]
    assert folder.facts(written.facts.id) == written.facts
    for kind, picture in (
        (PictureKind.COMPOSED, b"composed"),
        (PictureKind.SPOTTER, written.spotter_picture),
        (PictureKind.IDENTIFIER, written.identifier_picture),
    ):
        path = folder.picture_path(written.facts.id, kind)
        assert path
        assert path.read_bytes() == picture


def test_no_file_name_tells_the_plate(folder: CaptureFolder) -> None:
    folder.write(capture(NOW, plate="AB123CD", type=CaptureType.PLATE), b"")
    assert not [path for path in folder.path.rglob("*") if "AB123CD" in path.name]


def test_pictures_may_be_missing(folder: CaptureFolder) -> None:
    lone = Capture(facts=capture(NOW).facts)
    folder.write(lone, None)
    assert folder.ids() == [lone.facts.id]
    assert not any(folder.picture_path(lone.facts.id, kind) for kind in PictureKind)


def test_count_is_limited(folder: CaptureFolder) -> None:
    ids = fill(folder, 5)
    folder.tidy(KeepingLimits(days=7, count=3, megabytes=500), NOW)
    assert folder.ids() == ids[2:]
    assert len(list(folder.path.iterdir())) == 3 * 4


def test_size_is_limited(folder: CaptureFolder) -> None:
    ids = fill(folder, 5, size=150_000)
    folder.tidy(KeepingLimits(days=7, count=500, megabytes=1), NOW)
    assert folder.ids() == ids[3:]


def test_age_is_limited(folder: CaptureFolder) -> None:
    ids = fill(folder, 5, every=86_400)
    folder.tidy(KeepingLimits(days=2, count=500, megabytes=500), NOW)
    assert folder.ids() == ids[2:]
    folder.tidy(KeepingLimits(days=2, count=500, megabytes=500), NOW + timedelta(days=10))
    assert folder.ids() == []
    assert list(folder.path.iterdir()) == []


def test_newest_is_kept_whatever_its_size(folder: CaptureFolder) -> None:
    ids = fill(folder, 3, size=600_000)
    folder.tidy(KeepingLimits(days=7, count=1, megabytes=1), NOW)
    assert folder.ids() == ids[-1:]


def test_what_was_just_saved_outlives_a_clock_that_went_back(folder: CaptureFolder) -> None:
    ids = fill(folder, 3)
    late = capture(NOW - timedelta(days=400))
    folder.write(late, None)
    folder.tidy(KeepingLimits(days=7, count=2, megabytes=500), NOW, late.facts.id)
    assert folder.ids() == [late.facts.id, ids[-1]]


def test_captures_of_a_clock_that_ran_ahead_go_before_those_of_today(folder: CaptureFolder) -> None:
    for month in (1, 2):
        folder.write(capture(NOW + timedelta(days=30 * month)), None)
    ids = fill(folder, 2)
    folder.tidy(KeepingLimits(days=7, count=2, megabytes=500), NOW)
    assert folder.ids() == ids


def test_files_of_others_are_left_alone(folder: CaptureFolder) -> None:
    fill(folder, 2, every=86_400)
    name = new_capture_id(NOW - timedelta(days=30))
    foreign = [
        folder.path / "holiday.jpg",
        folder.path / "notes.json",
        folder.path / f"{name}.txt",
        folder.path / f"{name}.jpg.bak",
        folder.path / f"copy of {name}.json",
    ]
    for path in foreign:
        path.write_bytes(b"mine")
    (folder.path / f"{name}.json").mkdir()
    folder.tidy(KeepingLimits(days=0, count=1, megabytes=0), NOW + timedelta(days=1))
    assert folder.ids() == []
    assert {path.read_bytes() for path in foreign} == {b"mine"}
    assert (folder.path / f"{name}.json").is_dir()


def test_leftovers_of_a_power_cut_are_cleared_away(folder: CaptureFolder) -> None:
    (kept,) = fill(folder, 1)
    old, fresh = (new_capture_id(NOW - timedelta(hours=hours)) for hours in (5, 0))
    for each in (old, fresh):
        (folder.path / f"{each}.jpg").write_bytes(b"half")
        (folder.path / f"{each}.spotter.jpg.part").write_bytes(b"half")
    assert folder.ids() == [kept]
    folder.tidy(MANY, NOW)
    left = {path.name.partition(".")[0] for path in folder.path.iterdir()}
    assert left == {kept, fresh}


@pytest.mark.parametrize("suffix", [".jpg", ".spotter.jpg", ".identifier.jpg", ".json"])
def test_full_disk_costs_nothing_that_was_kept(folder: CaptureFolder, suffix: str) -> None:
    ids = fill(folder, 2)
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    unlucky = capture(NOW)
    # The kernel's own full disk: whatever is written to it fails.
    (folder.path / f"{unlucky.facts.id}{suffix}.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        folder.write(unlucky, b"composed")
    assert folder.ids() == ids
    assert {path.name: path.read_bytes() for path in folder.path.iterdir()} == before


def test_a_capture_is_never_written_over(folder: CaptureFolder) -> None:
    first = capture(NOW)
    folder.write(first, b"composed")
    with pytest.raises(FileExistsError):
        folder.write(first, b"other")
    path = folder.picture_path(first.facts.id, PictureKind.COMPOSED)
    assert path
    assert path.read_bytes() == b"composed"


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x00" * 300,
        b"[]",
        b"{}",
        b'{"spotted_at": "yesterday", "type": "plate"}',
        b'{"spotted_at": "2026-11-22T14:03:12+00:00", "type": "ghost"}',
        b'{"spotted_at": "2026-11-22T14:03:12+00:00", "type": "plate", "plate": 7}',
        b'{"spotted_at": "2026-11-22T14:03:12+00:00", "type": "plate", "color_from": "me"}',
        b'{"spotted_at": 5, "type": "plate"}',
    ],
)
def test_damaged_facts_are_no_facts(folder: CaptureFolder, damaged: bytes) -> None:
    damaged_id, whole = fill(folder, 2)
    (folder.path / f"{damaged_id}.json").write_bytes(damaged)
    assert folder.facts(damaged_id) is None
    assert folder.facts(whole)
    folder.tidy(KeepingLimits(days=7, count=1, megabytes=500), NOW)
    assert folder.ids() == [whole]


@pytest.mark.parametrize(
    "capture_id",
    [
        "",
        "..",
        "../../secrets",
        "20261122T140312500000-9f3c/../../secrets",
        "20261122T140312500000-9f3c\n",
        "20261322T140312500000-9f3c",
        "٢٠٢٦١١٢٢T140312500000-9f3c",
    ],
)
def test_ids_from_outside_lead_nowhere_else(folder: CaptureFolder, capture_id: str) -> None:
    fill(folder, 1)
    (folder.path.parent / "secrets.json").write_text("{}")
    (folder.path.parent / "secrets.jpg").write_text("")
    assert folder.facts(capture_id) is None
    assert folder.picture_path(capture_id, PictureKind.COMPOSED) is None
    with pytest.raises(ValueError, match=r"^"):
        folder.write(capture(NOW, id=capture_id), None)


async def test_store_keeps_within_its_limits(hass: HomeAssistant, tmp_path: Path) -> None:
    hass.config.media_dirs = {"local": str(tmp_path)}
    store = CaptureStore(hass, "entry", KeepingLimits(days=7, count=2, megabytes=500))
    assert await store.latest() is None
    captures = [capture(dt_util.utcnow() + timedelta(seconds=each)) for each in range(4)]
    for each in captures:
        await store.save(each, b"composed")
    ids = [each.facts.id for each in captures]
    assert capture_folder(hass, "entry").ids() == ids[2:]
    assert await store.latest() == captures[-1].facts
    assert await store.picture(ids[3], PictureKind.COMPOSED) == b"composed"
    assert await store.picture(ids[0], PictureKind.COMPOSED) is None


async def test_store_forgets_what_is_too_old_without_new_captures(
    hass: HomeAssistant, store: CaptureStore
) -> None:
    folder = capture_folder(hass, "entry")
    recent = capture(dt_util.utcnow() - timedelta(days=6))
    for each in (capture(dt_util.utcnow() - timedelta(days=8)), recent):
        folder.write(each, None)
    await store.tidy()
    assert folder.ids() == [recent.facts.id]


async def test_latest_is_not_one_of_a_clock_that_ran_ahead(
    hass: HomeAssistant, store: CaptureStore
) -> None:
    ahead, today = (capture(dt_util.utcnow() + timedelta(days=days)) for days in (400, 0))
    for each in (ahead, today):
        await store.save(each, None)
    assert await store.latest() == today.facts
    assert set(capture_folder(hass, "entry").ids()) == {ahead.facts.id, today.facts.id}


async def test_store_skips_a_damaged_latest(hass: HomeAssistant, store: CaptureStore) -> None:
    folder = capture_folder(hass, "entry")
    whole, damaged = fill(folder, 2)
    (folder.path / f"{damaged}.json").write_bytes(b"")
    latest = await store.latest()
    assert latest
    assert latest.id == whole


async def test_store_says_when_the_disk_refuses(hass: HomeAssistant, store: CaptureStore) -> None:
    folder = capture_folder(hass, "entry")
    ids = fill(folder, 2)
    unlucky = capture(dt_util.utcnow())
    (folder.path / f"{unlucky.facts.id}.json.part").symlink_to("/dev/full")
    with pytest.raises(CaptureNotKeptError):
        await store.save(unlucky, b"composed")
    assert folder.ids() == ids
    await store.save(capture(dt_util.utcnow()), b"composed")


async def test_store_survives_a_folder_that_is_none(
    hass: HomeAssistant, store: CaptureStore
) -> None:
    folder = capture_folder(hass, "entry")
    folder.path.parent.mkdir(parents=True)
    folder.path.write_text("a file in the way")
    with pytest.raises(CaptureNotKeptError):
        await store.save(capture(dt_util.utcnow()), None)
    await store.tidy()
    assert await store.latest() is None


async def test_picture_that_cannot_be_read_is_none(
    hass: HomeAssistant, store: CaptureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = capture(dt_util.utcnow())
    await store.save(kept, b"composed")
    assert await store.picture(kept.facts.id, PictureKind.COMPOSED) == b"composed"

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(CaptureFolder, "picture_path", refuse)
    assert await store.picture(kept.facts.id, PictureKind.COMPOSED) is None
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    found = await async_find_picture(hass, entry.entry_id, kept.facts.id, PictureKind.COMPOSED)
    assert found is None


def test_folder_is_in_whatever_media_folder_there_is(hass: HomeAssistant, tmp_path: Path) -> None:
    hass.config.media_dirs = {"nas": str(tmp_path / "nas"), "local": str(tmp_path / "local")}
    assert capture_folder(hass, "entry").path.is_relative_to(tmp_path / "local")
    hass.config.media_dirs = {"nas": str(tmp_path / "nas")}
    assert capture_folder(hass, "entry").path.is_relative_to(tmp_path / "nas")
    hass.config.media_dirs = {}
    assert capture_folder(hass, "entry").path.is_relative_to(hass.config.path("media"))
