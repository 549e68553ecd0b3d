"""Words that the tests in Home Assistant speak in."""

import asyncio
from collections.abc import Callable
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.certificate import fetch_certificate, fingerprint_of
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util.ssl import client_context_no_verify
from tests.virtual_camera import VirtualCamera


def entry_for(camera: VirtualCamera, **data: Any) -> MockConfigEntry:
    """Return the entry that the config flow makes for a camera."""
    return MockConfigEntry(
        domain=DOMAIN,
        unique_id=camera.serial,
        title="Housing",
        data={
            "host": "127.0.0.1",
            "port": camera.http_port,
            "https": False,
            "username": camera.username,
            "password": camera.password,
        }
        | data,
    )


def pinned_entry(camera: VirtualCamera, certificate: str | None, **data: Any) -> MockConfigEntry:
    """Return the entry of a camera over HTTPS."""
    told = {"certificate": certificate} if certificate else {}
    return entry_for(camera, **{"port": camera.https_port, "https": True} | told | data)


def logins(camera: VirtualCamera) -> list[dict[str, Any]]:
    """Return the requests with which a login came."""
    return [request for request in camera.requests if request["login"]]


async def shown_by(camera: VirtualCamera) -> str:
    """Return the fingerprint of what a camera shows now."""
    port = camera.https_port
    return fingerprint_of(await fetch_certificate("127.0.0.1", port, client_context_no_verify()))


async def until(condition: Callable[[], Any], seconds: float = 10) -> None:
    """Wait until something is so; fail when it is not so in time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def entity_id(hass: HomeAssistant, platform: str, unique_id: str) -> str:
    """Return the id of an entity that must exist."""
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    assert found, f"there is no {platform} {unique_id}"
    return found


def state_of(hass: HomeAssistant, platform: str, unique_id: str) -> State:
    """Return the state of an entity that must have one."""
    state = hass.states.get(entity_id(hass, platform, unique_id))
    assert state, f"{platform} {unique_id} has no state"
    return state


def states_from_now_on(hass: HomeAssistant, target: str) -> list[State]:
    """Return a list that each new state of an entity is appended to as it is written."""
    seen: list[State] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if state := event.data["new_state"]:
            seen.append(state)

    async_track_state_change_event(hass, target, note)
    return seen


async def call(hass: HomeAssistant, action: str, target: str, **data: Any) -> None:
    """Perform an action such as `switch.turn_on` on an entity, and wait for it."""
    domain, service = action.split(".")
    await hass.services.async_call(domain, service, {"entity_id": target, **data}, blocking=True)


def follow_day(camera: VirtualCamera) -> None:
    """Have the first sensor take its day profile from half past six to half past six."""
    store = camera.machine.store
    store.put("VideoInMode[0].Mode", "1")
    for day in range(store.count("VideoInMode[0].TimeSection")):
        store.put(f"VideoInMode[0].TimeSection[{day}][0]", "1 06:30:00-18:30:00")
