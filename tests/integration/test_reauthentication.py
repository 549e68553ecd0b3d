"""An account that the camera refuses is asked for anew."""

import socket
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.flows import submit
from tests.integration.helpers import call, entity_id, entry_for, until
from tests.integration.searches import told
from tests.virtual_camera import VirtualCamera


async def test_new_password_is_asked_for_and_used(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera, password="outdated")
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_confirm"

    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    assert result["description_placeholders"]["host"] == "127.0.0.1"
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"username": "admin", "password": "still wrong"}
    )
    assert result["errors"] == {"password": "invalid_auth"}
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"username": camera.username, "password": camera.password}
    )
    await hass.async_block_till_done()
    assert result["reason"] == "reauth_successful"
    assert entry.data["password"] == camera.password
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_trouble_with_the_address_is_told_where_only_the_account_is_asked_for(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    entry = entry_for(camera, host="camera.invalid")
    entry.add_to_hass(hass)
    flow = await entry.start_reauth_flow(hass)
    monkeypatch.setattr(hass.loop, "getaddrinfo", getaddrinfo)
    result = await submit(hass, flow, {"username": camera.username, "password": camera.password})
    assert result["errors"] == {"base": "host_unknown"}


async def test_new_password_for_another_camera_is_refused(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    result = await entry.start_reauth_flow(hass)
    result = await submit(hass, result, {"username": camera.username, "password": camera.password})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "another_camera"


async def test_new_password_for_another_camera_that_is_on_offer_is_refused_for_that(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    offer = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_INTEGRATION_DISCOVERY},
        data=told(camera),
    )
    assert offer["type"] is FlowResultType.FORM
    result = await entry.start_reauth_flow(hass)
    result = await submit(hass, result, {"username": camera.username, "password": camera.password})
    assert result["reason"] == "another_camera"


@pytest.mark.usefixtures("quick_stream")
@pytest.mark.parametrize("who", ["poll", "command", "event stream"])
async def test_single_refused_login_is_nobodys_business(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, who: str
) -> None:
    lost: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state and state.state == STATE_UNAVAILABLE:
            lost.append(state.entity_id)

    runtime = entry.runtime_data
    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    connections = runtime.detections.stream.connections
    camera.set_fault("reject_login", once=True)
    match who:
        case "poll":
            await runtime.coordinator.async_refresh()
        case "command":
            light = entity_id(hass, "switch", f"{camera.serial}_1_warm_light")
            await call(hass, "switch.turn_on", light)
            assert camera.channels[1].leds["warm"] > 0
        case _:
            camera.set_fault("drop_stream", once=True)
            await until(lambda: runtime.detections.stream.connections > connections)
            await until(lambda: runtime.detections.available)
    await hass.async_block_till_done()
    assert camera.state()["logins"]["rejected"] == 1
    assert not camera.machine.faults.as_dict()
    assert runtime.coordinator.last_update_success
    assert not hass.config_entries.flow.async_progress()
    assert not lost
