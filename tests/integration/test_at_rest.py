"""What a camera notices of a household in which nothing happens, whatever there is to ask."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera import watch
from custom_components.dahua_camera.dahua import login
from custom_components.dahua_camera.dahua.rtsp_check import LivePicture
from homeassistant.core import HomeAssistant
from tests.integration.helpers import entry_for, until
from tests.virtual_camera import VirtualCamera

_PACKAGE = "custom_components.dahua_camera"
_REQUESTS_A_POLL = 2
_POLLS = 30


@pytest.fixture
def greedy(all_entities_enabled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have everything due at every poll that is otherwise due now and then."""
    for name in ("FIRST_LOOK", "SECOND_LOOK", "WHILE_WRONG", "SELDOM"):
        monkeypatch.setattr(watch, name, timedelta())
    monkeypatch.setattr(f"{_PACKAGE}.dahua.clock._INTERVAL", timedelta())
    monkeypatch.setattr(f"{_PACKAGE}.dahua.clock._TRY_AGAIN", timedelta())
    monkeypatch.setattr(f"{_PACKAGE}.dahua.storage._INTERVAL", 0.0)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look with the first poll, and again only at what seems wrong."""
    monkeypatch.setattr(watch, "FIRST_LOOK", timedelta())
    monkeypatch.setattr(watch, "SECOND_LOOK", timedelta())
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.05)


async def at_rest(hass: HomeAssistant, camera: VirtualCamera) -> None:
    """Return when all is done that follows a set-up, and nothing is counted yet."""
    await hass.async_block_till_done(wait_background_tasks=False)
    await until(lambda: camera.requests[-1]["status"])
    camera.requests.clear()


def asked(camera: VirtualCamera) -> Counter[str]:
    """Return how often each action was asked of the camera over HTTP."""
    actions = (r["target"].partition("action=")[2].partition("&")[0] for r in camera.requests)
    return Counter(actions)


async def test_minute_costs_two_requests_whatever_there_is_to_ask(
    hass: HomeAssistant, camera: VirtualCamera, greedy: None
) -> None:
    # A schedule chooses the profile, and needs the camera's clock for that.
    camera.machine.store.put("VideoInMode[0].Mode", "1")
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    hub = entry.runtime_data.detections
    await until(lambda: hub.available and hub.verification.is_over)
    await at_rest(hass, camera)
    logins = camera.state()["logins"]["accepted"]
    for polls in range(1, _POLLS + 1):
        await until(lambda: entry.runtime_data.coordinator.camera._errands)
        await entry.runtime_data.coordinator.async_refresh()
        assert len(camera.requests) == polls * _REQUESTS_A_POLL
    assert not [request for request in camera.requests if request["status"] != 200]
    counts = asked(camera)
    assert counts.pop("getConfig") == _POLLS
    # The clock, the card and the lens take turns.
    assert counts == dict.fromkeys(
        ("getCurrentTime", "getDeviceAllInfo", "getFocusStatus"), _POLLS // 3
    )
    # Each look was at the live picture too, over RTSP.
    await until(lambda: camera.state()["logins"]["accepted"] == logins + _POLLS // 3)
    assert camera.state()["logins"]["rejected"] == 0
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_clock_takes_the_turn_of_something_else(
    hass: HomeAssistant, camera: VirtualCamera, soon: None, entry: MockConfigEntry
) -> None:
    await hass.config.async_set_time_zone("UTC")
    await until(lambda: entry.runtime_data.coordinator.camera._errands)
    await at_rest(hass, camera)
    for _ in range(3):
        await entry.runtime_data.coordinator.async_refresh()
    assert asked(camera) == {"getConfig": 3, "getCurrentTime": 1, "getFocusStatus": 2}


async def test_login_that_is_renewed_is_one_of_the_two_requests(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await at_rest(hass, camera)
    camera.set_fault("stale_nonce", seconds=0.4)

    async def poll(*, renewed: bool) -> Counter[str]:
        if renewed:
            await asyncio.sleep(0.5)
        camera.requests.clear()
        await entry.runtime_data.coordinator.async_refresh()
        return asked(camera)

    assert await poll(renewed=True) == {"getConfig": 2}
    # Where it happens each time, what there is to ask besides does not wait for ever.
    assert await poll(renewed=True) == {"getConfig": 2, "getFocusStatus": 1}
    camera.clear_fault("stale_nonce")
    assert await poll(renewed=False) == {"getConfig": 1, "getFocusStatus": 1}


async def test_table_that_was_absent_does_not_wait_for_a_login_that_is_renewed(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    reader = entry.runtime_data.coordinator.camera.reader
    camera.set_fault("refuse", path="VideoInExposure", status=400)
    for _ in range(2):
        await entry.runtime_data.coordinator.async_refresh()
    assert reader.spoilers == {"VideoInExposure"}
    camera.clear_fault("refuse")
    camera.set_fault("stale_nonce", seconds=0.4)
    await asyncio.sleep(0.5)
    camera.requests.clear()
    await entry.runtime_data.coordinator.async_refresh()
    assert [request["status"] for request in camera.requests] == [401, 200, 200]
    await entry.runtime_data.coordinator.async_refresh()
    assert not reader.spoilers


@pytest.mark.parametrize("streams_end", [False, True])
async def test_password_that_changes_between_poll_and_look_costs_two_logins(
    hass: HomeAssistant,
    camera: VirtualCamera,
    soon: None,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    streams_end: bool,
) -> None:
    coordinator = entry.runtime_data.coordinator
    look = coordinator.camera.check_live_picture
    found: list[LivePicture] = []

    async def look_too_late(port: int | None = None) -> LivePicture:
        camera.set_fault("reject_login")
        if streams_end:
            camera.set_fault("drop_stream", once=True)
        found.append(await look(port))
        return found[-1]

    monkeypatch.setattr(coordinator.camera, "check_live_picture", look_too_late)
    await until(lambda: coordinator.camera._errands)
    await coordinator.async_refresh()
    assert coordinator.last_update_success
    await until(lambda: found)
    assert found == [LivePicture.LOGIN_REFUSED]
    assert camera.state()["logins"]["rejected"] >= 1
    for _ in range(3):
        await coordinator.async_refresh()
        assert not coordinator.last_update_success
    await until(hass.config_entries.flow.async_progress)
    assert len(hass.config_entries.flow.async_progress()) == 1
    assert camera.state()["logins"]["rejected"] == 2


async def test_password_that_changes_before_the_poll_is_not_tried_for_the_live_picture(
    hass: HomeAssistant, camera: VirtualCamera, soon: None, entry: MockConfigEntry
) -> None:
    await until(lambda: entry.runtime_data.coordinator.camera._errands)
    challenged = camera.state()["logins"]["challenged"]
    camera.set_fault("reject_login")
    await entry.runtime_data.coordinator.async_refresh()
    await until(hass.config_entries.flow.async_progress)
    assert camera.state()["logins"]["rejected"] == 2
    assert camera.state()["logins"]["challenged"] == challenged
