"""Whatever befalls a camera: its entities leave once, say so once, and come back by themselves."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import groupby
import logging
import re

from aiohttp import ClientTimeout
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_socket import socket_allow_hosts

from custom_components.dahua_camera import const
from custom_components.dahua_camera.dahua import event_stream, http, login
from homeassistant.config_entries import SOURCE_DHCP, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from tests.integration.helpers import entity_id, entry_for, state_of, until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.event_stream import Subscription
from tests.virtual_camera.wire import event_manager

_PACKAGE = const.LOGGER.name
_HUB = f"{_PACKAGE}.detection_hub"
_THERE, _AWAY = True, False
_LEFT_ONCE = [_THERE, _AWAY, _THERE]
_STAYED = [_THERE]
# What each subject says when it goes, and when it comes back.
_SAYINGS = {
    re.compile(r"Error fetching"): "settings gone",
    re.compile(r"Fetching .* data recovered"): "settings back",
    re.compile(r": event stream lost: "): "events gone",
    re.compile(r": event stream restored"): "events back",
}
_SETTINGS = {"settings gone": 1, "settings back": 1}
_EVENTS = {"events gone": 1, "events back": 1}
# Longer than all that is waited for, so that every subject notices.
_LONG = 3.0


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten all times, in proportion."""
    monkeypatch.setattr(f"{_PACKAGE}.coordinator.POLL_INTERVAL", timedelta(seconds=1))
    monkeypatch.setattr(event_stream, "SILENCE", 0.8)
    monkeypatch.setattr(event_stream, "FIRST_RETRY", 0.05)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.2)
    monkeypatch.setattr(f"{_HUB}.HOLD_AFTER_LOSS", 0.5)
    monkeypatch.setattr(f"{_PACKAGE}.verification.PAUSES_UNTIL_TOLD", (0.1, 0.3, 0.9))
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.05)
    monkeypatch.setattr(http, "_TEXT_TIMEOUT", ClientTimeout(total=1, sock_connect=1))
    monkeypatch.setattr(
        event_manager,
        "Subscription",
        lambda codes, channel, _: Subscription(codes, channel, heartbeat=0.1),
    )


class Witness:
    """Notes when a polled and a pushed entity are there, and what the log says of it."""

    def __init__(
        self, hass: HomeAssistant, camera: VirtualCamera, caplog: pytest.LogCaptureFixture
    ) -> None:
        self._hass = hass
        self._caplog = caplog
        self._keys = {
            "polled": ("switch", f"{camera.serial}_0_warm_light"),
            "pushed": ("binary_sensor", f"{camera.serial}_1_motion"),
        }
        self._ids = {entity_id(hass, *key): name for name, key in self._keys.items()}
        self._history = {name: [self._is_there(name)] for name in self._keys}
        self._log_begins = len(caplog.records)
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._note)

    def _is_there(self, name: str) -> bool:
        return state_of(self._hass, *self._keys[name]).state != STATE_UNAVAILABLE

    @callback
    def _note(self, event: Event[EventStateChangedData]) -> None:
        name = self._ids.get(event.data["entity_id"])
        if name and (state := event.data["new_state"]):
            self._history[name].append(state.state != STATE_UNAVAILABLE)

    def stretches(self, name: str) -> list[bool]:
        """Return when an entity was there and when not, one after the other."""
        return [there for there, _ in groupby(self._history[name])]

    def is_away(self, *names: str) -> bool:
        """Tell whether entities are away now."""
        return all(not self._is_there(name) for name in names)

    def is_there(self) -> bool:
        """Tell whether all entities are there now."""
        return all(map(self._is_there, self._keys))

    def said(self) -> dict[str, int]:
        """Return how often our own log said what; other words as they are."""
        lines = [
            record.getMessage()
            for record in self._caplog.records[self._log_begins :]
            if record.levelno >= logging.INFO and record.name.startswith(const.LOGGER.name)
        ]
        return dict(
            Counter(
                next((what for words, what in _SAYINGS.items() if words.search(line)), line)
                for line in lines
            )
        )


@asynccontextmanager
async def witnessed(
    hass: HomeAssistant, camera: VirtualCamera, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[tuple[Witness, MockConfigEntry]]:
    """The camera loaded and healthy, with a witness; unloaded afterwards."""
    caplog.set_level(logging.INFO, const.LOGGER.name)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    loaded = entry.runtime_data
    witness = Witness(hass, camera, caplog)
    yield witness, entry
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data is loaded, "it was loaded anew"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def _power_cut(camera: VirtualCamera, witness: Witness) -> None:
    """Nobody closes the connections of a camera without power."""
    await camera.reboot(seconds=_LONG, half_open=True)


async def _restart(camera: VirtualCamera, witness: Witness) -> None:
    await camera.reboot(seconds=_LONG)


async def _restart_of_a_slow_starter(camera: VirtualCamera, witness: Witness) -> None:
    """The web server answers long before what is behind it."""
    await camera.reboot(seconds=_LONG / 2, half_open=True, warming_up=_LONG)


async def _network_split(camera: VirtualCamera, witness: Witness) -> None:
    """What is sent does not arrive, and nobody is told."""
    camera.set_fault("stall_stream")
    camera.set_fault("slow", seconds=3600.0)
    await until(lambda: witness.is_away("polled", "pushed"))
    camera.clear_fault("slow")
    camera.clear_fault("stall_stream")


async def _connections_full(camera: VirtualCamera, witness: Witness) -> None:
    """Others took all connections while the camera restarted."""
    camera.set_fault("connection_limit", max=0)
    await camera.reboot()
    await until(lambda: witness.is_away("polled", "pushed"), 20)
    camera.clear_fault("connection_limit")


async def _confused_firmware(camera: VirtualCamera, witness: Witness) -> None:
    """Each request is answered, with an error."""
    camera.set_fault("refuse", path="cgi-bin", status=500, body="Error\r\nInternal Error!\r\n")
    camera.set_fault("drop_stream", once=True)
    await until(lambda: witness.is_away("polled", "pushed"))
    camera.clear_fault("refuse")


@pytest.mark.parametrize(
    "befall",
    [
        _power_cut,
        _restart,
        _restart_of_a_slow_starter,
        _network_split,
        _connections_full,
        _confused_firmware,
    ],
)
async def test_camera_that_was_away_is_back_by_itself(
    hass: HomeAssistant,
    camera: VirtualCamera,
    hurried: None,
    caplog: pytest.LogCaptureFixture,
    befall: Callable[[VirtualCamera, Witness], Awaitable[None]],
) -> None:
    async with witnessed(hass, camera, caplog) as (witness, _):
        await befall(camera, witness)
        await until(witness.is_there, 20)
        # A second loss or a second word would come with the next poll.
        await asyncio.sleep(1.5)
        assert witness.stretches("polled") == _LEFT_ONCE
        assert witness.stretches("pushed") == _LEFT_ONCE
        assert witness.said() == _SETTINGS | _EVENTS
        await camera.emit("VideoMotion", "Start", 1)
        pushed = ("binary_sensor", f"{camera.serial}_1_motion")
        await until(lambda: state_of(hass, *pushed).state == "on")
    assert not hass.config_entries.flow.async_progress()


async def test_stream_that_is_refused_takes_its_own_entities_only(
    hass: HomeAssistant, camera: VirtualCamera, hurried: None, caplog: pytest.LogCaptureFixture
) -> None:
    async with witnessed(hass, camera, caplog) as (witness, _):
        camera.set_fault("refuse", path="action=attach", status=500, body="")
        camera.set_fault("stall_stream", once=True)
        await until(lambda: witness.is_away("pushed"))
        await asyncio.sleep(1.5)
        camera.clear_fault("refuse")
        await until(witness.is_there)
        assert witness.stretches("pushed") == _LEFT_ONCE
        assert witness.stretches("polled") == _STAYED
        assert witness.said() == _EVENTS


async def test_stream_that_was_lost_for_a_moment_is_nobody_s_business(
    hass: HomeAssistant, camera: VirtualCamera, hurried: None, caplog: pytest.LogCaptureFixture
) -> None:
    async with witnessed(hass, camera, caplog) as (witness, entry):
        for connections in range(2, 5):
            camera.set_fault("drop_stream", once=True)
            await until(lambda n=connections: entry.runtime_data.detections.stream.connections == n)
        await asyncio.sleep(0.6)
        assert witness.stretches("pushed") == witness.stretches("polled") == _STAYED
        assert not witness.said()


async def test_settings_that_are_refused_leave_events_alone(
    hass: HomeAssistant, camera: VirtualCamera, hurried: None, caplog: pytest.LogCaptureFixture
) -> None:
    async with witnessed(hass, camera, caplog) as (witness, _):
        camera.set_fault("refuse", path="getConfig", status=500, body="Error\r\n")
        await until(lambda: witness.is_away("polled"))
        camera.clear_fault("refuse")
        await until(witness.is_there)
        assert witness.stretches("polled") == _LEFT_ONCE
        assert witness.stretches("pushed") == _STAYED
        assert witness.said() == _SETTINGS


@pytest.mark.parametrize(
    "optional", ["getFocusStatus", "getCurrentTime", "getEventIndexes", "snapshot.cgi"]
)
@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        ("slow", {"seconds": 2.0}),
        ("refuse", {"status": 403, "body": ""}),
        ("refuse", {"status": 501}),
        ("refuse", {"status": 500, "body": ""}),
        ("refuse", {"status": 200, "body": "<html>"}),
    ],
)
async def test_optional_request_never_takes_the_rest_down(
    hass: HomeAssistant,
    camera: VirtualCamera,
    hurried: None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    optional: str,
    fault: str,
    parameters: dict[str, object],
) -> None:
    # A profile by schedule has the clock read.
    camera.machine.store.put("VideoInMode[0].Mode", "1")
    monkeypatch.setattr(f"{_PACKAGE}.dahua.clock._INTERVAL", timedelta())
    monkeypatch.setattr(f"{_PACKAGE}.dahua.clock._TRY_AGAIN", timedelta())
    async with witnessed(hass, camera, caplog) as (witness, entry):
        camera.set_fault(fault, path=optional, **parameters)
        camera.set_fault("drop_stream", once=True)
        for _ in range(3):
            await entry.runtime_data.coordinator.async_refresh()
        await until(witness.is_there)
        assert witness.stretches("polled") == witness.stretches("pushed") == _STAYED
        assert not witness.said()


async def test_slow_camera_is_there(
    hass: HomeAssistant, camera: VirtualCamera, hurried: None, caplog: pytest.LogCaptureFixture
) -> None:
    async with witnessed(hass, camera, caplog) as (witness, entry):
        camera.set_fault("slow", seconds=0.3)
        for _ in range(3):
            await entry.runtime_data.coordinator.async_refresh()
        camera.set_fault("drop_stream", once=True)
        await until(lambda: entry.runtime_data.detections.stream.connections == 2)
        assert witness.is_there()
        assert witness.stretches("polled") == witness.stretches("pushed") == _STAYED
        assert not witness.said()


async def test_events_that_were_never_to_be_had_are_told_once(
    hass: HomeAssistant, camera: VirtualCamera, hurried: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, const.LOGGER.name)
    camera.set_fault("refuse", path="action=attach", status=500, body="")
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    witness = Witness(hass, camera, caplog)
    witness._log_begins = 0
    await until(lambda: "events gone" in witness.said())
    await asyncio.sleep(1.0)
    assert witness.stretches("pushed") == [_AWAY]
    camera.clear_fault("refuse")
    await until(witness.is_there)
    assert witness.said() == _EVENTS
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_has_moved_is_found_again(
    hass: HomeAssistant, camera: VirtualCamera, hurried: None, caplog: pytest.LogCaptureFixture
) -> None:
    """A new address is another set-up: entities come back as soon as it is known."""
    socket_allow_hosts(["127.0.0.1", "127.0.0.2"], allow_unix_socket=True)
    caplog.set_level(logging.INFO, const.LOGGER.name)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    witness = Witness(hass, camera, caplog)
    port = camera.http_port
    await camera.stop()
    async with VirtualCamera(host="127.0.0.2", http_port=port) as moved:
        await until(lambda: witness.is_away("polled", "pushed"))
        lease = DhcpServiceInfo(ip=moved.host, hostname="ipc", macaddress="3cef8c000001")
        await hass.config_entries.flow.async_init(
            const.DOMAIN, context={"source": SOURCE_DHCP}, data=lease
        )
        await until(witness.is_there)
        assert entry.data["host"] == moved.host
        assert witness.stretches("polled") == witness.stretches("pushed") == _LEFT_ONCE
        assert witness.said() == {"settings gone": 1, "events gone": 1}
        assert await hass.config_entries.async_unload(entry.entry_id)
