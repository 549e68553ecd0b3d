"""A dialog asks the camera once: what it has learned serves the set-up, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

import custom_components.dahua_camera as integration
from custom_components.dahua_camera import connection, introduction
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.introduction import KEPT_SECONDS, introduce
from homeassistant.config_entries import SOURCE_DHCP, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.util import dt as dt_util
from tests.integration.flows import form, start, submit
from tests.integration.helpers import entry_for, state_of, until
from tests.integration.test_budget import REQUESTS_AT_SET_UP, SHOWN_AT_ONCE
from tests.virtual_camera import VirtualCamera

_MAC = "3c:ef:8c:00:00:01"


@pytest.fixture(autouse=True)
def sessions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ClientSession]]:
    """All sessions that a test opens with cameras; none may be open when it ends."""
    opened: list[ClientSession] = []

    def create(data: dict[str, Any]) -> ClientSession:
        opened.append(connection.create_session(data))
        return opened[-1]

    for module in (integration, introduction):
        monkeypatch.setattr(module, "create_session", create)
    yield opened
    assert opened
    assert all(session.closed for session in opened)


def asked(camera: VirtualCamera) -> list[str]:
    """Return what was asked of the camera, but for what follows once its events are heard."""
    return [r["target"] for r in camera.requests if "getEventIndexes" not in r["target"]]


def introductions(camera: VirtualCamera) -> int:
    """Return how often the camera was asked who it is; the first time it wants a login."""
    return sum("getSystemInfo" in r["target"] and r["status"] == 200 for r in camera.requests)


def unauthorised(camera: VirtualCamera) -> int:
    """Return how often the camera asked for a login."""
    return [request["status"] for request in camera.requests].count(401)


async def is_up(hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry) -> None:
    """Wait until an entry is loaded and hears the camera's events."""
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    await until(lambda: entry.runtime_data.detections.available)


async def test_dialog_and_set_up_ask_the_camera_once(
    hass: HomeAssistant, camera: VirtualCamera, sessions: list[ClientSession]
) -> None:
    result = await submit(hass, await start(hass), form(camera.http_port))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    await is_up(hass, camera, entry)
    assert len(asked(camera)) == REQUESTS_AT_SET_UP
    assert introductions(camera) == unauthorised(camera) == len(sessions) == 1
    states = {state_of(hass, where, f"{camera.serial}_{key}").state for where, key in SHOWN_AT_ONCE}
    assert not {"unknown", "unavailable"} & states
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_later_set_up_asks_anew(hass: HomeAssistant, camera: VirtualCamera) -> None:
    result = await submit(hass, await start(hass), form(camera.http_port))
    entry = result["result"]
    await is_up(hass, camera, entry)
    camera.requests.clear()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await is_up(hass, camera, entry)
    assert len(asked(camera)) == REQUESTS_AT_SET_UP
    assert introductions(camera) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("kind", ["reauth", "reconfigure"])
async def test_account_that_is_changed_is_tried_once(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, kind: str
) -> None:
    camera.change_password("Neues-Pferd8")
    account = {"username": camera.username, "password": camera.password}
    if kind == "reauth":
        flow, answer = await entry.start_reauth_flow(hass), account
    else:
        flow = await entry.start_reconfigure_flow(hass)
        answer = form(camera.http_port, **account)
    before = entry.runtime_data
    camera.requests.clear()
    result = await submit(hass, flow, answer)
    assert result["reason"] == f"{kind}_successful"
    await until(lambda: getattr(entry, "runtime_data", before) is not before)
    await is_up(hass, camera, entry)
    assert len(asked(camera)) == REQUESTS_AT_SET_UP
    assert introductions(camera) == unauthorised(camera) == 1
    assert camera.state()["logins"]["rejected"] == 0


async def test_new_address_is_tried_once(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HTTP_PORT", camera.http_port)
    entry = entry_for(camera, host="127.0.0.3")
    entry.add_to_hass(hass)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        connections={(dr.CONNECTION_NETWORK_MAC, _MAC)},
        identifiers={(DOMAIN, camera.serial)},
    )
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_DHCP},
        data=DhcpServiceInfo(ip="127.0.0.1", hostname="ipc", macaddress=_MAC.replace(":", "")),
    )
    await is_up(hass, camera, entry)
    assert len(asked(camera)) == REQUESTS_AT_SET_UP
    assert introductions(camera) == unauthorised(camera) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_dialog_that_ends_otherwise_keeps_nothing(
    hass: HomeAssistant, camera: VirtualCamera, sessions: list[ClientSession]
) -> None:
    entry_for(camera, host="192.0.2.10").add_to_hass(hass)
    result = await submit(hass, await start(hass), form(camera.http_port))
    assert result["reason"] == "already_configured"
    assert [session.closed for session in sessions] == [True]


async def handed_over(hass: HomeAssistant, camera: VirtualCamera, **data: Any) -> None:
    """Have the camera introduce itself to a dialog that ends well."""
    introduced, _ = await introduce({**entry_for(camera).data, **data})
    assert introduced
    async with introduced:
        introduced.hand_over(hass)


async def test_entry_with_other_data_asks_for_itself(
    hass: HomeAssistant, camera: VirtualCamera, sessions: list[ClientSession]
) -> None:
    await handed_over(hass, camera, rtsp_port=554)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert introductions(camera) == 2
    assert [session.closed for session in sessions] == [False, False]
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=KEPT_SECONDS + 1))
    await until(lambda: sessions[0].closed)
    assert not sessions[1].closed
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("is_busy", [False, True])
async def test_entry_that_comes_later_asks_for_itself(
    hass: HomeAssistant, camera: VirtualCamera, sessions: list[ClientSession], is_busy: bool
) -> None:
    await handed_over(hass, camera)
    later = dt_util.utcnow() + timedelta(seconds=KEPT_SECONDS + 1)
    if is_busy:
        # Nobody came to close it in time.
        hass.data[introduction._KEPT][camera.serial]._kept_until = 0.0
    else:
        async_fire_time_changed(hass, later)
        await until(lambda: sessions[0].closed)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert introductions(camera) == 2
    assert await hass.config_entries.async_unload(entry.entry_id)
    async_fire_time_changed(hass, later)
    await until(lambda: sessions[0].closed)


async def test_second_introduction_replaces_the_first(
    hass: HomeAssistant, camera: VirtualCamera, sessions: list[ClientSession]
) -> None:
    await handed_over(hass, camera)
    await handed_over(hass, camera)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=KEPT_SECONDS + 1))
    await until(lambda: sessions[0].closed)
    assert not sessions[1].closed
    assert introductions(camera) == 2
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_nobody_takes_is_closed_when_home_assistant_stops(
    hass: HomeAssistant, camera: VirtualCamera, sessions: list[ClientSession]
) -> None:
    await handed_over(hass, camera)
    assert not sessions[0].closed
    await hass.async_stop(force=True)
    assert sessions[0].closed
