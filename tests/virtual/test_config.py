"""Reading and writing tables over the wire."""

import asyncio

import pytest
from yarl import URL

from tests.virtual.peer import Attach, Client
from tests.virtual_camera import VirtualCamera


async def test_a_table_comes_as_crlf_lines(client: Client) -> None:
    answer = await client.get("configManager.cgi?action=getConfig&name=ChannelTitle")
    assert (
        answer.body == b"table.ChannelTitle[0].Name=Gate\r\ntable.ChannelTitle[1].Name=Driveway\r\n"
    )
    assert answer.headers["content-type"] == "text/plain;charset=utf-8"


async def test_parts_and_several_tables_in_one_request(client: Client) -> None:
    rows = await client.config("Encode[1].SnapFormat[0].Video.Width", "VideoInMode[0].Mode")
    assert rows == {"Encode[1].SnapFormat[0].Video.Width": "1280", "VideoInMode[0].Mode": "2"}


async def test_indices_are_printed_by_number(client: Client) -> None:
    answer = await client.get(
        "configManager.cgi?action=getConfig&name=MotionDetect[1].MotionDetectWindow[0]"
    )
    rows = [key for key in answer.values if ".Region[" in key]
    assert [key.rpartition("[")[2] for key in rows] == [f"{row}]" for row in range(18)]


async def test_everything_can_be_dumped(camera: VirtualCamera, client: Client) -> None:
    assert await client.config("All") == camera.machine.store.dump()


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("SmartMotionDetect", 400, b"Error\r\nBad Request!\r\n"),
        ("LightingScheme", 400, b"Error\r\nBad Request!\r\n"),
        ("VideoInMode&name=NoSuchTable", 400, b"Error\r\nBad Request!\r\n"),
        (
            "Lighting_V2[0][9]",
            200,
            b"Error: Error -1 getting param in name=Lighting_V2[0][9]\r\n",
        ),
    ],
)
async def test_what_is_not_there(client: Client, name: str, status: int, body: bytes) -> None:
    answer = await client.get(f"configManager.cgi?action=getConfig&name={name}")
    assert (answer.status, answer.body) == (status, body)


async def test_many_pairs_in_one_write(client: Client) -> None:
    row = "Lighting_V2[0][1][1]"
    answer = await client.set(f"{row}.Mode=Manual", f"{row}.MiddleLight[0].Light=40")
    assert (answer.status, answer.body) == (200, b"OK\r\n")
    rows = await client.config(row)
    assert rows[f"{row}.Mode"] == "Manual"
    assert rows[f"{row}.MiddleLight[0].Light"] == "40"


@pytest.mark.parametrize(
    ("pair", "key", "value"),
    [
        (
            "Lighting_V2[0][1][1].MiddleLight[0].Light=140",
            "Lighting_V2[0][1][1].MiddleLight[0].Light",
            "100",
        ),
        (
            "Lighting_V2[0][1][1].MiddleLight[0].Light=",
            "Lighting_V2[0][1][1].MiddleLight[0].Light",
            "50",
        ),
        (
            "Lighting_V2[0][1][1].MiddleLight[0].Light=x",
            "Lighting_V2[0][1][1].MiddleLight[0].Light",
            "50",
        ),
        ("Lighting_V2[0][1][1].Mode=On", "Lighting_V2[0][1][1].Mode", "Off"),
        ("Lighting_V2[1][1][0].Mode=ZoomPrio", "Lighting_V2[1][1][0].Mode", "Off"),
        ("MotionDetect[1].Enable=maybe", "MotionDetect[1].Enable", "true"),
        ("VideoInExposure[0][0].Value2=12", "VideoInExposure[0][0].Value2", "12.000000"),
        ("VideoInMode[0].Config[0]=1", "VideoInMode[0].Config[0]", "0"),
        ("ChannelTitle[0].Name=A%20%23%2B%25%3D", "ChannelTitle[0].Name", "A #+%="),
        ("ChannelTitle[0].Name=", "ChannelTitle[0].Name", "Gate"),
        ("ChannelTitle[0].Name=%20", "ChannelTitle[0].Name", ""),
        ("ChannelTitle[0].Name=A%26B", "ChannelTitle[0].Name", "A"),
        ("ChannelTitle[0].Nickname=A", "ChannelTitle[0].Name", "Gate"),
    ],
)
async def test_ok_is_no_proof(
    camera: VirtualCamera, client: Client, pair: str, key: str, value: str
) -> None:
    # aiohttp must send the escapes as they are.
    answer = await _send(camera, client, pair)
    assert answer == (200, b"OK\r\n")
    assert camera.machine.store.text(key) == value


async def _send(camera: VirtualCamera, client: Client, pair: str) -> tuple[int, bytes]:
    target = f"/cgi-bin/configManager.cgi?action=setConfig&{pair}"
    async with client.session.get(URL(client.url(target), encoded=True)) as response:
        return response.status, await response.read()


async def test_a_profile_can_be_forced_together_with_the_mode(
    camera: VirtualCamera, client: Client
) -> None:
    await client.set("VideoInMode[0].Mode=0", "VideoInMode[0].Config[0]=2")
    assert camera.channels[0].live_profile == 2


async def test_conflicting_tables_refuse_to_be_written_together(
    camera: VirtualCamera, client: Client
) -> None:
    answer = await client.set(
        "VideoInMode[0].Mode=0", "VideoInOptions[0].NightOptions.SwitchMode=0"
    )
    assert (answer.status, answer.body) == (200, b"Error\r\n")
    assert camera.machine.store.text("VideoInMode[0].Mode") == "2"


async def test_an_unknown_rule_index_makes_a_row(client: Client) -> None:
    await client.set("VideoAnalyseRule[0][11].Enable=true")
    assert await client.config("VideoAnalyseRule[0][11]") == {
        "VideoAnalyseRule[0][11].Enable": "true"
    }


async def test_an_unknown_table_is_refused(client: Client) -> None:
    answer = await client.set("LightingScheme[0][0].LightingMode=WhiteMode")
    assert (answer.status, answer.body) == (400, b"Error\r\nBad Request!\r\n")


async def test_the_clock_is_local_and_can_be_set(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    await client.get("global.cgi?action=setCurrentTime&time=2026-01-01%2009:30:00")
    answer = await client.get("global.cgi?action=getCurrentTime")
    assert answer.text.startswith("result=2026-01-01 09:30:0")
    await stream.until(b"ModifiedTime")
    assert stream.events == [("TimeChange", "Pulse", "0")]


async def test_requests_are_served_one_after_the_other_on_a_connection(
    camera: VirtualCamera, client: Client
) -> None:
    answers = await asyncio.gather(*(client.config("ChannelTitle[0]") for _ in range(5)))
    assert all(answer == {"ChannelTitle[0].Name": "Gate"} for answer in answers)
    kept = {entry["connection"] for entry in camera.requests}
    assert len(kept) < len(camera.requests)
