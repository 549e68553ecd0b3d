"""Changing the address or the account of a camera that is set up."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.flows import form, submit
from tests.integration.helpers import entry_for
from tests.virtual_camera import VirtualCamera


async def test_new_port_that_is_pasted_counts_although_the_old_one_is_still_shown(
    hass: HomeAssistant, camera: VirtualCamera, unused_tcp_port: int
) -> None:
    entry = entry_for(camera, port=unused_tcp_port)
    entry.add_to_hass(hass)
    flow = await entry.start_reconfigure_flow(hass)
    pasted = form(unused_tcp_port, host=f"http://127.0.0.1:{camera.http_port}/")
    result = await submit(hass, flow, pasted)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["port"] == camera.http_port
    await hass.async_block_till_done(wait_background_tasks=False)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_new_address_is_taken_over_and_the_password_kept(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera, host="localhost", port=1, rtsp_port=8554)
    entry.add_to_hass(hass)
    flow = await entry.start_reconfigure_flow(hass)
    shown = {
        marker.schema: marker.description["suggested_value"]
        for marker in flow["data_schema"].schema
        if marker.description
    }
    assert shown == {"host": "localhost", "username": "admin"}

    changed = {"host": "two words", "username": "admin", "advanced": {"https": False}}
    result = await submit(hass, flow, changed)
    assert result["errors"] == {"host": "invalid_host"}
    result = await submit(hass, flow, changed | {"host": "127.0.0.1:1"})
    assert result["errors"] == {"base": "port_closed"}
    changed["host"] = f"127.0.0.1:{camera.http_port}"
    result = await submit(hass, flow, changed)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert dict(entry.data) == {
        "host": "127.0.0.1",
        "port": camera.http_port,
        "https": False,
        "username": "admin",
        "password": camera.password,
    }
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_address_of_another_camera_is_refused(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    flow = await entry.start_reconfigure_flow(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "another_camera"
