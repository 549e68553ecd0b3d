"""The diagnostics of an entry: all that the camera told, and nothing of whose it is."""

import asyncio
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.dahua_camera.issues import Issue, report
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.integration.helpers import call, entity_id, entry_for, until
from tests.virtual_camera import VirtualCamera

NAMES = {
    "General.MachineName": "Haus am See",
    "ChannelTitle[0].Name": "Einfahrt",
    "ChannelTitle[1].Name": "Hinterhof",
    "Network.Hostname": "haus-am-see",
    "Network.eth0.IPAddress": "10.20.30.40",
    "Network.eth0.DnsServers[0]": "10.20.30.1",
    "Network.PPPoE.UserName": "klaus@provider.example",
    "MotionDetect[1].MotionDetectWindow[0].Name": "Bei Oma",
    "VideoAnalyseRule[0][4].Name": "Gartentor",
    "VideoAnalyseRule[0][4].EventHandler.Voice": "/mnt/sd/klaus.pcm",
}
EVENTS: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("CrossLineDetection", "Start", 0, {"Name": "Gartentor", "EventID": 7}),
    ("VideoMotion", "Pulse", 1, {"Id": [0], "RegionName": ["Bei Oma"]}),
    ("FaceRecognition", "Pulse", 0, {"Candidates": [{"Person": {"Name": "Anna Muster"}}]}),
    ("TrafficJunction", "Pulse", 0, {"TrafficCar": {"PlateNumber": "AB 123 CD"}}),
    ("NewFile", "Pulse", 0, {"File": "/mnt/sd/2026-01-01/klaus.jpg"}),
    ("InterVideoAccess", "Pulse", 0, {"Address": "10.20.30.50", "User": "klaus"}),
)
SECRETS = (
    *NAMES.values(),
    "10.20.30",
    "klaus",
    "Anna",
    "AB 123 CD",
    "/mnt/sd",
    "127.0.0.1",
)


@pytest.fixture
def _secrets(camera: VirtualCamera) -> None:
    """Give the camera names and addresses that nobody else is to see."""
    for key, name in NAMES.items():
        camera.machine.store.put(key, name)


async def download(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> dict[str, Any]:
    """Return what a user downloads."""
    assert await async_setup_component(hass, "diagnostics", {})
    found = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert isinstance(found, dict)
    return found


async def test_a_download_tells_no_secret(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: VirtualCamera,
    _secrets: None,
    entry: MockConfigEntry,
) -> None:
    for code, action, index, data in EVENTS:
        await camera.emit(code, action, index, data)
    await until(lambda: len(list(entry.runtime_data.detections.sample.events)) == len(EVENTS))
    found = await download(hass, hass_client, entry)
    printed = json.dumps(found, ensure_ascii=False).casefold()
    hidden = (*SECRETS, camera.serial, camera.password, camera.machine.profile.identity.mac)
    assert [secret for secret in hidden if secret.casefold() in printed] == []
    assert [(each["code"], each["action"], each["index"]) for each in found["events"]] == [
        event[:3] for event in EVENTS
    ]


async def test_what_home_assistant_adds_to_a_download_tells_no_secret(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: VirtualCamera,
    entry: MockConfigEntry,
) -> None:
    camera.set_fault("ignore_writes", table="Lighting_V2")
    with pytest.raises(HomeAssistantError):
        light = entity_id(hass, "switch", f"{camera.serial}_0_warm_light")
        await call(hass, "switch.turn_on", light)
    report(hass, entry, Issue.CONNECTIONS, {})
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_client()
    answer = await client.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
    download = await answer.text()
    assert len(json.loads(download)["issues"]) == 2
    assert camera.serial not in download
    assert camera.serial not in str(answer.headers)


async def test_a_download_tells_what_the_camera_is_and_said(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: VirtualCamera,
    entry: MockConfigEntry,
) -> None:
    await camera.emit("VideoMotion", "Start", 1, {"Id": [0], "RegionName": ["Region1"]})
    await camera.emit("Unheard", "Pulse", 0)
    await until(lambda: "Unheard" in entry.runtime_data.detections.sample.counts)
    found = await download(hass, hass_client, entry)
    identity = camera.machine.profile.identity
    assert found["camera"]["model"] == identity.device_type
    assert found["camera"]["firmware"] == identity.version
    assert [channel["emitters"] for channel in found["camera"]["channels"]] == [
        ["InfraredLight", "WhiteLight"],
        ["WhiteLight"],
    ]
    told = camera.machine.store.dump()
    same = {key: value for key, value in found["tables"].items() if told[key] == value}
    assert same["Lighting_V2[0][1][0].Mode"] == told["Lighting_V2[0][1][0].Mode"]
    changed = found["tables"].keys() - same.keys()
    assert {key.partition("[")[0].partition(".")[0] for key in changed} <= {
        "ChannelTitle",
        "General",
        "MotionDetect",
        "Network",
        "VideoAnalyseRule",
    }
    assert (
        found["answers"]["devVideoInput.cgi?action=getCaps&channel=2"]["caps.InfraRed"] == "false"
    )
    assert found["several_tables_at_once"] is True
    assert found["event_counts"] == {"VideoMotion": 1, "Unheard": 1}
    assert found["login"]["rejected"] == 0
    assert found["login"]["accepted"] > 0
    assert found["traffic"]["requests"] > found["login"]["accepted"]
    assert found["stream"]["connected"] is True
    assert found["stream"]["malformed"] == 0
    assert found["stream"]["seconds_since_last_byte"] < 10
    assert found["stream"]["gap"] is None
    assert found["stills"] == {"asked": 1, "taken": 1}, "of the motion"
    assert found["refused_lists"] == 0
    assert found["missing_tables"] == []
    assert found["poll"]["succeeded"] is True
    assert found["poll"]["last_error"] is None
    assert found["state"][1]["lights"].keys() == {"WhiteLight"}
    assert found["state"][1]["motion"] is True


async def test_a_download_tells_what_failed(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: VirtualCamera,
    entry: MockConfigEntry,
) -> None:
    coordinator = entry.runtime_data.coordinator
    before = (await download(hass, hass_client, entry))["traffic"]
    camera.set_fault("refuse", path="VideoInExposure", status=400, body="Error\r\nBad Request!\r\n")
    await coordinator.async_refresh()
    found = await download(hass, hass_client, entry)
    question = "configManager.cgi?action=getConfig"
    assert found["traffic"]["failures"][question] == before["failures"][question] + 2
    kinds = found["traffic"]["failure_kinds"]
    assert kinds["NotSupportedError"] == before["failure_kinds"]["NotSupportedError"] + 2
    assert found["refused_lists"] == 1
    assert found["missing_tables"] == ["VideoInExposure"]

    camera.set_fault("refuse", path="configManager", status=500, body="")
    await coordinator.async_refresh()
    for _ in range(3):
        await asyncio.gather(*(coordinator.camera.still(0) for _ in range(2)))
    found = await download(hass, hass_client, entry)
    assert found["poll"]["succeeded"] is False
    assert found["poll"]["last_error"] == "camera_busy"
    assert found["poll"]["seconds"] > 0
    assert found["stills"] == {"asked": 6, "taken": 1}


async def test_a_download_tells_why_a_camera_is_not_set_up(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: VirtualCamera,
    unused_tcp_port: int,
) -> None:
    entry = entry_for(camera, port=unused_tcp_port)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert await download(hass, hass_client, entry) == {
        "state": "setup_retry",
        "problem": "port_closed",
    }
    await hass.config_entries.async_unload(entry.entry_id)
    found = await download(hass, hass_client, entry)
    assert found == {"state": "not_loaded", "problem": None}
