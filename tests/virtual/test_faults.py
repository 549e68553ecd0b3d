"""Each fault does what its name says, and stops doing it when it is cleared."""

import asyncio
import re
from socket import socket
import ssl
import time

import aiohttp
import pytest

from tests.virtual.peer import Attach, Client, StartCamera, StartClient, until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.faults import KNOWN, Faults, UnknownFaultError

TARGET = "configManager.cgi?action=getConfig&name=ChannelTitle"


def test_a_fault_knows_its_parameters() -> None:
    faults = Faults()
    assert faults.set("slow", {"seconds": 1}) == {"once": False, "seconds": 1.0, "path": ""}
    with pytest.raises(UnknownFaultError):
        faults.set("earthquake")
    for wrong in (
        {},
        {"seconds": "long"},
        {"seconds": 1, "colour": "red"},
        {"seconds": True},
        {"seconds": 1, "once": "no"},
    ):
        with pytest.raises(ValueError, match=r"."):
            faults.set("slow", wrong)
    faults.clear("slow")
    assert faults.as_dict() == {}


# What a fault needs to be told before it can be set.
_NEEDED = {
    "slow": {"seconds": 0},
    "refuse": {"path": "/nowhere"},
    "connection_limit": {"max": 99},
    "clock_skew": {"seconds": 60},
}


@pytest.mark.parametrize("name", KNOWN)
async def test_only_what_strikes_may_strike_once(
    camera: VirtualCamera, client: Client, name: str
) -> None:
    parameters = _NEEDED.get(name, {})
    status, answer = await client.control("PUT", f"/faults/{name}", parameters | {"once": True})
    if KNOWN[name].strikes:
        assert (status, answer["once"]) == (200, True)
        assert camera.machine.faults.active(name)
    else:
        assert status == 400
        assert f"{name} is a lasting state" in answer["error"]
        assert not camera.machine.faults.active(name)
        status, answer = await client.control("PUT", f"/faults/{name}", parameters)
        assert (status, answer["once"]) == (200, False)
        camera.clear_fault(name)


async def test_a_login_is_rejected_once(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("reject_login", once=True)
    assert (await client.get(TARGET)).status == 401
    assert (await client.get(TARGET)).status == 200
    assert camera.machine.logins.counters.rejected == 1


async def test_a_connection_is_turned_away_once(
    camera: VirtualCamera, client: Client, start_client: StartClient
) -> None:
    camera.set_fault("connection_limit", max=1, once=True)
    assert (await client.get(TARGET)).status == 200
    assert camera.machine.faults.active("connection_limit")
    reader, writer = await asyncio.open_connection("127.0.0.1", camera.http_port)
    writer.write(f"GET /cgi-bin/{TARGET} HTTP/1.1\r\nHost: c\r\n\r\n".encode())
    assert (await reader.read()).startswith(b"HTTP/1.1 401")
    writer.close()
    assert camera.machine.logins.counters.over_limit == 1
    assert not camera.machine.faults.as_dict()
    assert (await start_client(camera).get(TARGET)).status == 200


async def test_a_request_is_refused_once(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("refuse", path="ChannelTitle", status=500, once=True)
    assert (await client.get("magicBox.cgi?action=getVendor")).status == 200
    assert (await client.get(TARGET)).status == 500
    assert (await client.get(TARGET)).status == 200


async def test_garbage_comes_once(camera: VirtualCamera, client: Client, attach: Attach) -> None:
    stream = await attach(client)
    camera.set_fault("garbage_stream", once=True)
    for action in ("Start", "Stop"):
        await camera.emit("VideoBlind", action, 0)
    await stream.until(b"action=Stop")
    assert stream.data.count(b"line noise") == 1
    assert not camera.machine.faults.as_dict()


async def test_a_stream_stalls_once(camera: VirtualCamera, client: Client, attach: Attach) -> None:
    await attach(client)
    camera.set_fault("stall_stream", once=True)
    again = await attach(client)
    await camera.emit("VideoBlind", "Start", 0)
    await again.until(b"VideoBlind")


async def test_drop_stream_once(camera: VirtualCamera, client: Client, attach: Attach) -> None:
    stream = await attach(client)
    camera.set_fault("drop_stream", once=True)
    await stream.to_end()
    assert not camera.machine.faults.as_dict()
    again = await attach(client)
    await camera.emit("VideoBlind", "Start", 0)
    await again.until(b"VideoBlind")


async def test_drop_stream_keeps_dropping(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("drop_stream")
    for _ in range(2):
        target = client.url("/cgi-bin/eventManager.cgi?action=attach&codes=[All]")
        async with client.session.get(target) as response:
            assert response.status == 200
            await response.read()


async def test_a_stalled_stream_says_nothing_and_does_not_end(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client, "codes=[All]&heartbeat=1")
    camera.set_fault("stall_stream")
    await camera.emit("VideoBlind", "Start", 0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.5):
            await stream.response.content.readany()
    assert camera.state()["connections_by_kind"]["event_stream"] == 1
    camera.clear_fault("stall_stream")
    other = await attach(client)
    await camera.emit("VideoBlind", "Stop", 0)
    await other.until(b"action=Stop")


async def test_a_split_stream_comes_in_small_pieces(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    camera.set_fault("split_stream", bytes=7)
    await camera.emit("VideoMotion", "Start", 1, {"Id": [0], "RegionName": ["Drive"]})
    pieces = []
    while b"}\n\r\n\r\n" not in stream.data:
        pieces.append(await stream.response.content.readany())
        stream.data += pieces[-1]
    assert len(pieces) > 5
    assert re.search(
        rb'data=\{\n   "Id" : \[ 0 \],\n   "RegionName" : \[ "Drive" \]\n\}\n', stream.data
    )
    camera.clear_fault("split_stream")
    await camera.emit("VideoMotion", "Stop", 1)
    await stream.until(b"action=Stop;index=1\r\n\r\n")


async def test_garbage_comes_between_the_parts(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    camera.set_fault("garbage_stream")
    for _ in range(5):
        await camera.emit("VideoBlind", "Start", 0)
    await stream.until(b"Code=VideoBlind", 5)
    for noise in (b"line noise", b"/mnt/sd/20\r\n", b"\xc3\x28", b"Length:0\r\n", b"nonsense"):
        assert noise in stream.data
    with pytest.raises(UnicodeDecodeError):
        stream.data.decode()


async def test_slow_is_slow_where_the_path_matches(camera: VirtualCamera, client: Client) -> None:
    await client.get(TARGET)
    camera.set_fault("slow", seconds=0.3, path="ChannelTitle", once=True)
    start = time.monotonic()
    await client.get("magicBox.cgi?action=getVendor")
    between = time.monotonic()
    await client.get(TARGET)
    assert between - start < 0.3 <= time.monotonic() - between
    assert not camera.machine.faults.as_dict()


async def test_refuse(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault(
        "refuse", path="setConfig", status=403, body="Error\r\nAuthorization Failed!\r\n"
    )
    answer = await client.set("ChannelTitle[0].Name=A")
    assert (answer.status, answer.text) == (403, "Error\r\nAuthorization Failed!\r\n")
    assert (await client.get(TARGET)).status == 200
    camera.clear_fault("refuse")
    assert (await client.set("ChannelTitle[0].Name=A")).text == "OK\r\n"
    assert camera.machine.title(0) == "A"


async def test_refuse_several_paths(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("refuse", path="getVendor|name=ChannelTitle", status=500, body="Error\r\n")
    assert (await client.get(TARGET)).status == 500
    assert (await client.get("magicBox.cgi?action=getVendor")).status == 500
    assert (await client.get("magicBox.cgi?action=getSerialNo")).status == 200


async def test_ignored_writes_say_ok(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("ignore_writes", table="ChannelTitle")
    answer = await client.set("ChannelTitle[0].Name=A", "General.MachineName=B")
    assert answer.text == "OK\r\n"
    assert camera.machine.title(0) == "Gate"
    assert camera.machine.store.text("General.MachineName") == "B"
    camera.clear_fault("ignore_writes")
    await client.set("ChannelTitle[0].Name=A")
    assert camera.machine.title(0) == "A"


async def test_a_write_is_ignored_once(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("ignore_writes", table="ChannelTitle", once=True)
    await client.set("General.MachineName=B")
    assert camera.machine.store.text("General.MachineName") == "B"
    await client.set("ChannelTitle[0].Name=A", "ChannelTitle[1].Name=A", "General.MachineName=C")
    assert [camera.machine.title(channel) for channel in (0, 1)] == ["Gate", "Driveway"]
    assert camera.machine.store.text("General.MachineName") == "C"
    await client.set("ChannelTitle[0].Name=A")
    assert camera.machine.title(0) == "A"


async def test_a_read_is_stale_once(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("stale_reads", table="ChannelTitle", once=True)
    await client.set("ChannelTitle[0].Name=A", "General.MachineName=B")
    assert (await client.config("General.MachineName")) == {"General.MachineName": "B"}
    assert (await client.config("ChannelTitle[0]")) == {"ChannelTitle[0].Name": "Gate"}
    assert (await client.config("ChannelTitle[0]")) == {"ChannelTitle[0].Name": "A"}
    assert not camera.machine.faults.as_dict()


async def test_stale_reads_show_the_past(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("stale_reads", table="ChannelTitle")
    await client.set("ChannelTitle[0].Name=A", "General.MachineName=B")
    assert camera.machine.title(0) == "A"
    assert (await client.config("ChannelTitle[0]")) == {"ChannelTitle[0].Name": "Gate"}
    assert (await client.config("General.MachineName")) == {"General.MachineName": "B"}
    camera.clear_fault("stale_reads")
    assert (await client.config("ChannelTitle[0]")) == {"ChannelTitle[0].Name": "A"}


async def test_warming_up(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("warming_up", seconds=60)
    answer = await client.get(TARGET)
    assert (answer.status, answer.text) == (200, "Error\r\n")
    camera.clear_fault("warming_up")
    assert "ChannelTitle" in (await client.get(TARGET)).text


async def test_clock_skew(camera: VirtualCamera, client: Client) -> None:
    target = "global.cgi?action=getCurrentTime"
    await client.get("global.cgi?action=setCurrentTime&time=2026-01-01%2012:00:00")
    camera.set_fault("clock_skew", seconds=-7200)
    assert "2026-01-01 10:00:0" in (await client.get(target)).text
    camera.clear_fault("clock_skew")
    assert "2026-01-01 12:00:0" in (await client.get(target)).text


async def test_a_cgi_service_that_is_switched_off(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("cgi_disabled")
    answer = await client.get(TARGET)
    assert (answer.status, "404 Not Found" in answer.text) == (404, True)
    login = {"method": "global.login", "params": {"userName": "admin", "password": ""}, "id": 1}
    async with client.session.post(client.url("/RPC2_Login"), json=login) as response:
        assert (await response.json(content_type=None))["error"]["code"] == 268632079
    camera.clear_fault("cgi_disabled")
    assert (await client.get(TARGET)).status == 200


async def test_a_camera_that_begins_to_lead_to_https(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("https",))
    client = start_client(camera)
    assert (await client.get(TARGET)).status == 200
    camera.set_fault("https_only")
    url = client.url(f"/cgi-bin/{TARGET}")
    async with client.session.get(url, allow_redirects=False) as response:
        assert response.status == 302
        assert response.headers["Location"].startswith(f"https://127.0.0.1:{camera.https_port}/")
    camera.clear_fault("https_only")
    assert (await client.get(TARGET)).status == 200


async def test_a_camera_without_https_leads_nowhere(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("https_only")
    camera.set_fault("new_certificate")
    assert (await client.get(TARGET)).status == 200


async def shown_by(camera: VirtualCamera) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", camera.https_port, ssl=context)
    shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return shown


async def test_a_new_certificate_and_the_old_one_again(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("https",))
    first = await shown_by(camera)
    session = start_client(camera).session
    url = f"https://127.0.0.1:{camera.https_port}/cgi-bin/{TARGET}"
    async with session.get(url, ssl=False) as response:
        assert response.status == 200
    camera.set_fault("new_certificate")
    # The web server has started anew: nobody goes on over an old connection.
    await until(lambda: camera.state()["connections"] == 0)
    second = await shown_by(camera)
    assert second == await shown_by(camera) != first
    camera.set_fault("new_certificate")
    assert await shown_by(camera) not in {first, second}
    camera.clear_fault("new_certificate")
    assert await shown_by(camera) == first
    async with session.get(url, ssl=False) as response:
        assert response.status == 200
    assert [(entry["secure"], entry["login"]) for entry in camera.requests] == [
        (True, None),
        (True, "digest"),
        (True, "digest"),
    ]


async def test_a_flood_comes_at_its_rate(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    camera.set_fault("flood", events_per_second=200)
    start = time.monotonic()
    await stream.until(b"Code=", 100)
    assert time.monotonic() - start > 0.3
    camera.clear_fault("flood")
    await camera.emit("VideoBlind", "Start", 0)
    await stream.until(b"VideoBlind")
    assert {code for code, _, _ in stream.events} > {"IntelliFrame", "VideoBlind"}


async def test_reboot_drops_everything_and_comes_back(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    await camera.emit("VideoMotion", "Start", 1)
    ports = (camera.http_port, camera.rtsp_port, camera.discovery_port)
    reboot = asyncio.ensure_future(camera.reboot(seconds=0.3, warming_up=60))
    await stream.to_end()
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.get(TARGET)
    for port in (camera.http_port, camera.rtsp_port):
        with socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", port))
    await reboot
    assert (camera.http_port, camera.rtsp_port, camera.discovery_port) == ports
    assert (await client.get(TARGET)).text == "Error\r\n"
    camera.machine.warm_at = 0
    assert "ChannelTitle" in (await client.get(TARGET)).text
    assert camera.state()["active"] == []


async def test_rtsp_that_is_mended_while_the_camera_is_down_comes_back_with_it(
    camera: VirtualCamera,
) -> None:
    camera.set_fault("no_rtsp")
    reboot = asyncio.ensure_future(camera.reboot(seconds=0.1))
    await asyncio.sleep(0.05)
    camera.clear_fault("no_rtsp")
    await asyncio.sleep(0)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", camera.rtsp_port)
    await reboot
    _, writer = await asyncio.open_connection("127.0.0.1", camera.rtsp_port)
    writer.close()


async def test_a_half_open_reboot_leaves_connections_hanging(
    camera: VirtualCamera, client: Client, attach: Attach, start_client: StartClient
) -> None:
    stream = await attach(client, "codes=[All]&heartbeat=1")
    await camera.reboot(half_open=True)
    await camera.emit("VideoBlind", "Start", 0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.5):
            await stream.response.content.readany()
    assert (await start_client(camera).get(TARGET)).status == 200


async def test_a_hanging_connection_is_reset_when_its_client_speaks(camera: VirtualCamera) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", camera.http_port)
    await until(lambda: camera.state()["connections"] == 1)
    await camera.reboot(half_open=True)
    writer.write(b"GET / HTTP/1.1\r\nHost: c\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_client_may_ask_for_a_reboot(camera: VirtualCamera, client: Client) -> None:
    before = camera.opened_connections
    assert (await client.get("magicBox.cgi?action=reboot")).text == "OK\r\n"
    await until(lambda: camera.state()["connections"] == 0)
    await until(lambda: camera._http.listening)
    assert (await client.get(TARGET)).status == 200
    assert camera.opened_connections > before
