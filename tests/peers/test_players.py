"""ffprobe and ffmpeg, which look at the streams in the way of any player."""

import json
from typing import Any

import pytest

from tests.peers.conftest import StartCamera
from tests.peers.program import Result, needs, run
from tests.virtual_camera import VirtualCamera

pytestmark = needs("ffmpeg")

# A short look at the stream is enough to tell what is in it.
_SHORT_LOOK = ("-analyzeduration", "500000", "-fpsprobesize", "1")


def url_of(
    camera: VirtualCamera, channel: int, subtype: int, password: str | None = None, path: str = ""
) -> str:
    login = f"{camera.username}:{password or camera.password}"
    target = path or f"/cam/realmonitor?channel={channel}&subtype={subtype}"
    return f"rtsp://{login}@127.0.0.1:{camera.rtsp_port}{target}"


async def probe(url: str, *options: str) -> Result:
    shown = ("-show_entries", "stream=codec_type,codec_name,width,height", "-of", "json")
    return await run("ffprobe", "-v", "error", *_SHORT_LOOK, *options, *shown, url)


def videos(result: Result) -> list[dict[str, Any]]:
    assert result.code == 0, result.errors
    streams: list[dict[str, Any]] = json.loads(result.output)["streams"]
    return [stream for stream in streams if stream["codec_type"] == "video"]


@pytest.mark.parametrize("channel", [1, 2])
@pytest.mark.parametrize("subtype", [0, 1])
async def test_ffprobe_finds_what_the_tables_say(
    camera: VirtualCamera, channel: int, subtype: int
) -> None:
    table = f"Encode[{channel - 1}].{'ExtraFormat[0]' if subtype else 'MainFormat[0]'}"
    store = camera.machine.store
    result = await probe(url_of(camera, channel, subtype), "-rtsp_transport", "tcp")
    assert videos(result) == [
        {
            "codec_name": "h264",
            "codec_type": "video",
            "width": store.integer(f"{table}.Video.Width"),
            "height": store.integer(f"{table}.Video.Height"),
        }
    ]
    sounds = [s["codec_name"] for s in json.loads(result.output)["streams"] if "width" not in s]
    assert sounds == (["aac"] if store.flag(f"{table}.AudioEnable") else [])


async def test_ffprobe_finds_its_transport_by_itself(camera: VirtualCamera) -> None:
    assert len(videos(await probe(url_of(camera, 1, 1)))) == 1


async def test_ffprobe_finds_h265(start_camera: StartCamera) -> None:
    camera = await start_camera("mfw7442k1+h265_main")
    found = videos(await probe(url_of(camera, 1, 0), "-rtsp_transport", "tcp"))
    assert [stream["codec_name"] for stream in found] == ["hevc"]


@pytest.mark.parametrize("channel", [1, 2])
async def test_ffmpeg_plays_without_an_error(camera: VirtualCamera, channel: int) -> None:
    result = await run(
        "ffmpeg",
        *("-nostdin", "-v", "warning", "-rtsp_transport", "tcp"),
        *("-i", url_of(camera, channel, 1)),
        *("-map", "0:v", "-frames:v", "20", "-f", "framemd5", "-"),
    )
    assert result.code == 0, result.errors
    assert "error" not in result.errors.lower()
    pictures = [line for line in result.output.splitlines() if not line.startswith(b"#")]
    assert len(pictures) == 20
    stamps = [int(line.split(b",")[2]) for line in pictures]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize("program", ["ffprobe", "ffmpeg"])
async def test_a_wrong_password_shows_nothing(camera: VirtualCamera, program: str) -> None:
    url = url_of(camera, 1, 0, password="Wrong-Passw0rd")
    sink = ("-f", "null", "-") if program == "ffmpeg" else ()
    result = await run(
        program, "-v", "error", "-rtsp_transport", "tcp", *_SHORT_LOOK, "-i", url, *sink
    )
    assert result.code != 0
    assert "401" in result.errors
    assert camera.state()["logins"]["rejected"] >= 1
    assert camera.state()["connections_by_kind"]["rtsp"] == 0


@pytest.mark.parametrize(
    "path",
    [
        "/cam/realmonitor?channel=3&subtype=0",
        "/cam/realmonitor?channel=1&subtype=2",
        "/cam/realmonitor?channel=0&subtype=0",
        "/live",
    ],
)
async def test_a_stream_that_is_not_there_is_not_found(camera: VirtualCamera, path: str) -> None:
    result = await probe(url_of(camera, 0, 0, path=path), "-rtsp_transport", "tcp")
    assert result.code != 0
    assert "404" in result.errors
