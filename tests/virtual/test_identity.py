"""What the camera says it is."""

import ssl

import aiohttp
import pytest

from tests.virtual.peer import Client, StartCamera, StartClient
from tests.virtual_camera import VirtualCamera


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("magicBox.cgi?action=getSerialNo", "sn=9C0A11BPAZ00001\r\n"),
        (
            "magicBox.cgi?action=getSoftwareVersion",
            "version=2.840.0000000.9.R,build:2021-09-30\r\n",
        ),
        ("magicBox.cgi?action=getHardwareVersion", "version=1.00\r\n"),
        ("magicBox.cgi?action=getMachineName", "name=9C0A11BPAZ00001\r\n"),
        ("magicBox.cgi?action=getVendor", "vendor=Dahua\r\n"),
        ("magicBox.cgi?action=getDeviceClass", "class=IPC\r\n"),
        (
            "magicBox.cgi?action=getProductDefinition&name=MaxExtraStream",
            "table.MaxExtraStream=2\r\n",
        ),
        ("devVideoInput.cgi?action=getCollect", "result=2\r\n"),
        ("devAudioInput.cgi?action=getCollect", "result=1\r\n"),
        ("storage.cgi?action=getCaps", "caps.IsLocalStore=true\r\n"),
    ],
)
async def test_short_answers(client: Client, target: str, text: str) -> None:
    answer = await client.get(target)
    assert (answer.status, answer.text) == (200, text)


async def test_names_of_actions_are_taken_in_any_case(client: Client) -> None:
    one = await client.get("devVideoInput.cgi?action=getCaps&channel=1")
    other = await client.get("devVideoInput.cgi?action=getcaps&channel=1")
    assert one.body == other.body
    assert one.values["caps.ElectricFocus"] == "true"
    second = await client.get("devVideoInput.cgi?action=getCaps&channel=2")
    assert second.values["caps.ElectricFocus"] == "false"
    assert second.values["caps.DayNightColor"] == "false"


@pytest.mark.parametrize(
    "target",
    [
        "devVideoInput.cgi?action=getCaps&channel=0",
        "devVideoInput.cgi?action=getCaps&channel=3",
        "coaxialControlIO.cgi?action=getStatus&channel=1",
        "coaxialControlIO.cgi?action=getCaps&channel=1",
        "ptz.cgi?action=getStatus",
        "noSuchModule.cgi?action=getCaps",
        "configManager.cgi",
        "magicBox.cgi?action=getProductDefinition&name=Nothing",
        "global.cgi?action=setCurrentTime&time=noon",
    ],
)
async def test_what_is_not_supported_is_a_bad_request(client: Client, target: str) -> None:
    answer = await client.get(target)
    assert (answer.status, answer.text) == (400, "Error\r\nBad Request!\r\n")


async def test_events_it_admits_to(client: Client) -> None:
    answer = await client.get("eventManager.cgi?action=getExposureEvents")
    assert answer.values["events[0]"] == "VideoMotion"
    assert "HumanTrait" not in answer.values.values()


async def test_users_with_a_connection(client: Client) -> None:
    answer = await client.get("userManager.cgi?action=getActiveUserInfoAll")
    assert answer.values["users[0].Name"] == "admin"
    assert answer.values["users[0].ClientAddress"] == "127.0.0.1"


async def test_beyond_the_cgi_folder_is_nothing(client: Client) -> None:
    assert (await client.get("/onvif/device_service")).status == 404


async def test_port_80_may_lead_to_https(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("https_only",))
    client = start_client(camera)
    url = client.url("/cgi-bin/magicBox.cgi?action=getVendor")
    async with client.session.get(url, allow_redirects=False) as response:
        location = f"https://127.0.0.1:{camera.https_port}/cgi-bin/magicBox.cgi?action=getVendor"
        assert (response.status, response.headers["Location"]) == (302, location)
    trusting = ssl.create_default_context()
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await start_client(camera).session.get(location, ssl=trusting)
    # A login belongs to one origin.
    async with start_client(camera).session.get(location, ssl=False) as response:
        assert await response.read() == b"vendor=Dahua\r\n"


async def test_https_beside_http(start_camera: StartCamera, start_client: StartClient) -> None:
    camera = await start_camera(overlays=("https",))
    client = start_client(camera)
    assert (await client.get("magicBox.cgi?action=getVendor")).status == 200
    url = f"https://127.0.0.1:{camera.https_port}/cgi-bin/magicBox.cgi?action=getVendor"
    async with start_client(camera).session.get(url, ssl=False) as response:
        assert response.status == 200


async def test_a_camera_that_closes_after_each_answer(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera: VirtualCamera = await start_camera(overlays=("one_shot_nonce",))
    client = start_client(camera)
    for _ in range(2):
        answer = await client.get("magicBox.cgi?action=getVendor")
        assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert camera.opened_connections >= 3
