"""A dump of one camera makes another that behaves alike."""

from pathlib import Path

import pytest

from tests.virtual.peer import StartCamera, StartClient
from tests.virtual_camera.dump import profile_of
from tests.virtual_camera.profile import load


@pytest.mark.parametrize("name", ["mfw7442k1", "single_infrared", "dual_turret", "four_sensors"])
async def test_a_dump_becomes_a_camera(
    start_camera: StartCamera, start_client: StartClient, tmp_path: Path, name: str
) -> None:
    original = await start_camera(name)
    client = start_client(original)
    dump = ""
    for target in (
        "magicBox.cgi?action=getSystemInfo",
        "magicBox.cgi?action=getSoftwareVersion",
        "configManager.cgi?action=getConfig&name=All",
    ):
        dump += (await client.get(target)).text
    file = tmp_path / "copy.toml"
    file.write_text(profile_of(dump))

    copy = await start_camera(load(str(file)))
    assert copy.serial == original.serial
    copied, known = copy.machine.profile, original.machine.profile
    assert copied.identity.version == known.identity.version
    assert copied.identity.mac == known.identity.mac
    assert [channel.emitters for channel in copied.channels] == [
        channel.emitters for channel in known.channels
    ]
    assert [channel.ir_cut for channel in copied.channels] == [
        channel.ir_cut for channel in known.channels
    ]
    tables = original.machine.store.dump()
    assert copy.machine.store.dump() == tables | {"RTSP.Port": str(copy.rtsp_port)}
    for camera in (original, copy):
        camera.scene.darken(1.0)
    for mine, theirs in zip(copy.channels, original.channels, strict=True):
        assert (mine.leds, mine.color) == (theirs.leds, theirs.color)


def test_a_dump_without_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="no table with channels"):
        profile_of("table.General.LocalNo=8\r\n")
