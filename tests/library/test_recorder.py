"""Recorders are told from cameras by what they answer, and a camera is never taken for one."""

from dataclasses import replace

from aiohttp import ClientSession
import pytest

from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.camera import DahuaCamera
from custom_components.dahua_camera.dahua.errors import AnotherCameraError, RecorderError
from custom_components.dahua_camera.dahua.http import CameraHttp
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.profile import load

RECORDER = "recorder"
QUESTION = "getDeviceClass"


async def connect(peer: VirtualCamera, serial: str | None = None) -> DahuaCamera:
    """Log in to a virtual camera."""
    async with ClientSession() as session:
        address = Address("127.0.0.1", peer.http_port)
        http = CameraHttp(session, address, peer.username, peer.password)
        return await DahuaCamera.connect(http, serial)


def device(device_class: str, device_type: str) -> VirtualCamera:
    """Return a device that is not started yet."""
    profile = load("mfw7442k1")
    identity = replace(profile.identity, device_class=device_class, device_type=device_type)
    return VirtualCamera(replace(profile, identity=identity))


def asked(peer: VirtualCamera) -> int:
    """Return how often a device was asked what it is."""
    return sum(QUESTION in request["target"] for request in peer.requests)


@pytest.mark.parametrize("device_class", ["NVR", "HCVR", "XVR", "DVR", "EVS"])
@pytest.mark.parametrize("device_type", ["31", "DHI-NVR5216-4KS2", ""])
async def test_recorder_is_refused_before_its_channels_are_read(
    socket_enabled: None, device_class: str, device_type: str
) -> None:
    async with device(device_class, device_type) as peer:
        with pytest.raises(RecorderError):
            await connect(peer)
        assert not any("getConfig" in request["target"] for request in peer.requests)


@pytest.mark.parametrize(
    ("device_class", "device_type"), [("IPC", "31"), ("SD", "SD49225XA-HNR"), ("TPC", "TPC-BF1241")]
)
async def test_camera_of_an_unusual_type_is_none(
    socket_enabled: None, device_class: str, device_type: str
) -> None:
    async with device(device_class, device_type) as peer:
        assert (await connect(peer)).info.channels
        assert asked(peer) == 1


async def test_camera_whose_type_tells_is_not_asked(socket_enabled: None) -> None:
    async with VirtualCamera() as peer:
        await connect(peer)
        assert not asked(peer)


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 400, "body": "Error\r\nBad Request!\r\n"},
        {"status": 200, "body": "Error\r\n"},
        {"status": 403, "body": "Error\r\nAuthorization Failed!\r\n"},
        {"status": 500, "body": "Error\r\nInternal Error\r\n"},
        {"status": 418, "body": ""},
        {"status": 200, "body": ""},
    ],
)
async def test_refusal_to_tell_means_nothing(
    socket_enabled: None, refusal: dict[str, str | int]
) -> None:
    async with VirtualCamera(overlays=(RECORDER,)) as peer:
        peer.set_fault("refuse", path=QUESTION, **refusal)
        assert (await connect(peer)).info.channels


async def test_recorder_at_the_address_of_a_camera_is_another_device(socket_enabled: None) -> None:
    async with VirtualCamera(overlays=(RECORDER,)) as peer:
        with pytest.raises(AnotherCameraError):
            await connect(peer, "9C0A11BPAZ00099")
