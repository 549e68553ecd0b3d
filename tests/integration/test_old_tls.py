"""Cameras that speak TLS 1.1 at most, where the interpreter would begin with TLS 1.2."""

from collections.abc import AsyncIterator
import ssl

import pytest

from custom_components.dahua_camera import connection, tls
from custom_components.dahua_camera.connection import shown_certificate
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util.ssl import SSLCipherList, client_context_no_verify
from tests.integration.flows import form, start, submit
from tests.integration.helpers import logins, until
from tests.virtual_camera import VirtualCamera

_make = ssl.SSLContext.__new__


def modern(cls: type[ssl.SSLContext], protocol: ssl._SSLMethod) -> ssl.SSLContext:
    """Make a context as an interpreter does that leaves out old versions, as most are built."""
    made = _make(cls, protocol)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


@pytest.fixture
async def camera(socket_enabled: None) -> AsyncIterator[VirtualCamera]:
    """An old camera that speaks HTTPS."""
    async with VirtualCamera(overlays=("old_tls",)) as virtual_camera:
        yield virtual_camera


@pytest.fixture(autouse=True)
def _modern_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = client_context_no_verify(SSLCipherList.INSECURE)
    monkeypatch.setattr(shared, "minimum_version", ssl.TLSVersion.TLSv1_2)
    with monkeypatch.context() as patched:
        patched.setattr(ssl.SSLContext, "__new__", modern)
        tolerant = tls.tolerant_context()
    monkeypatch.setattr(connection, "TOLERANT", tolerant)


async def test_old_camera_is_set_up_and_held_to_its_certificate(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    advanced = {"port": camera.https_port, "https": True}
    flow = await submit(hass, await start(hass), form(advanced=advanced))
    assert flow["step_id"] == "certificate"
    assert not camera.requests
    entry = (await submit(hass, flow, {}))["result"]
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    await until(lambda: entry.runtime_data.detections.available)
    assert all(request["secure"] for request in logins(camera))
    sent = len(logins(camera))
    camera.set_fault("new_certificate")
    await entry.runtime_data.coordinator.async_refresh()
    assert entry.runtime_data.coordinator.last_error == "certificate_changed"
    assert len(logins(camera)) == sent
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_home_assistant_shares_stays_strict(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    assert await shown_certificate({"host": "127.0.0.1", "port": camera.https_port, "https": True})
    for ciphers in SSLCipherList:
        assert client_context_no_verify(ciphers) is not connection.TOLERANT
    shared = client_context_no_verify(SSLCipherList.INSECURE)
    assert shared.minimum_version is ssl.TLSVersion.TLSv1_2
