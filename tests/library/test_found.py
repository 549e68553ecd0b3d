"""What is made of the answers to a search, whoever sends them."""

import json
import struct
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.dahua_camera.dahua.found import (
    FoundCamera,
    is_recorder_answer,
    parse_answer,
    question,
)

DEVICE = {
    "AlarmInputChannels": 2,
    "AlarmOutputChannels": 1,
    "DeviceClass": "IPC",
    "DeviceType": "IPC-MFW7442K1-Z4",
    "Find": "BD",
    "FindVersion": 1,
    "HttpPort": 80,
    "HttpsPort": 443,
    "Init": 166,
    "IPv4Address": {
        "DefaultGateway": "192.0.2.1",
        "DhcpEnable": True,
        "IPAddress": "192.0.2.99",
        "SubnetMask": "255.255.255.0",
    },
    "MachineName": "Yard",
    "Manufacturer": "Private",
    "Port": 37777,
    "RemoteVideoInputChannels": 0,
    "SerialNo": "9C0A11BPAZ00001",
    "UnLoginFuncMask": 1,
    "Vendor": "Dahua",
    "Version": "2.840.0000000.9.R",
    "VideoInputChannels": 2,
    "VideoOutputChannels": 16,
}
CAMERA = FoundCamera(
    serial="9C0A11BPAZ00001",
    host="192.0.2.10",
    http_port=80,
    https_port=443,
    mac="3c:ef:8c:00:00:01",
    name="Yard",
    model="IPC-MFW7442K1-Z4",
    vendor="Dahua",
)


def frame(body: bytes) -> bytes:
    """Put a body behind its header."""
    return struct.pack("<I4sQIIII", 32, b"DHIP", 0, len(body), 0, len(body), 0) + body


def answer(mac: Any = "3c:ef:8c:00:00:01", **device: Any) -> bytes:
    """Return an answer; what is None is left out."""
    told = {key: value for key, value in (DEVICE | device).items() if value is not None}
    document = {"mac": mac, "method": "client.notifyDevInfo", "params": {"deviceInfo": told}}
    return frame(json.dumps(document).encode() + b"\n")


def parse(datagram: bytes) -> FoundCamera | None:
    return parse_answer(datagram, "192.0.2.10")


def test_question_is_framed_as_cameras_want_it() -> None:
    asked = question()
    size, magic, numbers, length, nought, again, end = struct.unpack_from("<I4sQIIII", asked)
    assert (size, magic, numbers, nought, end) == (32, b"DHIP", 0, 0, 0)
    assert length == again == len(asked) - 32
    assert json.loads(asked[32:]) == {
        "method": "DHDiscover.search",
        "params": {"mac": "", "uni": 1},
    }


def test_camera_is_where_its_answer_comes_from() -> None:
    assert parse(answer()) == CAMERA


@pytest.mark.parametrize(
    "datagram",
    [
        answer() + b"\0" * 200,
        answer().removesuffix(b"\n"),
        # One sender repeats the length in every place, another one forgets it.
        struct.pack("<I4sQIIII", 32, b"DHIP", 7, 600, 600, 600, 600) + answer()[32:],
        struct.pack("<I4sQIIII", 32, b"DHIP", 0, 0, 0, 0, 0) + answer()[32:],
    ],
    ids=["padded", "without newline", "lengths", "no length"],
)
def test_framings_of_different_firmwares_are_read(datagram: bytes) -> None:
    assert parse(datagram) == CAMERA


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"DHIP",
        answer()[:32],
        answer()[:200],
        answer()[32:],
        answer().replace(b"DHIP", b"DHXP"),
        question(),
        frame(b"\0" * 100),
        frame(b"[" * 10000),
        frame(b'{"a":' * 2000),
        frame(b"9" * 5000),
        frame(b"[1]"),
        frame(b'{"method":"client.notifyDevInfo"}'),
        frame(b'{"method":"client.notifyDevInfo","params":[{"deviceInfo":{}}]}'),
        frame(b'{"method":"client.notifyDevInfo","params":{"deviceInfo":[]}}'),
        answer().replace(b"client.notifyDevInfo", b"client.notifyDevGone"),
        answer(MachineName="x" * 20000),
        answer(SerialNo=None),
        answer(SerialNo=""),
        answer(SerialNo=12),
        answer(SerialNo="<b>x</b>"),
        answer(SerialNo="9" * 65),
    ],
)
def test_what_is_no_answer_of_a_camera_is_nothing(datagram: bytes) -> None:
    assert parse(datagram) is None


@pytest.mark.parametrize(
    "device",
    [
        {"DeviceClass": "NVR", "VideoInputChannels": 0, "RemoteVideoInputChannels": 8},
        {"DeviceClass": "NVR", "VideoInputChannels": 16},
        {"DeviceClass": "HCVR", "VideoInputChannels": 8},
        {"DeviceClass": "EVS", "RemoteVideoInputChannels": 128},
        {"DeviceClass": "IVSS", "VideoInputChannels": 64},
        {"DeviceClass": "VTH", "VideoInputChannels": 0},
        {"DeviceClass": "ASI", "VideoInputChannels": None},
        {"DeviceClass": None, "VideoInputChannels": "2"},
        {"DeviceClass": None, "VideoInputChannels": True},
    ],
)
def test_recorders_and_blind_devices_are_skipped(device: dict[str, Any]) -> None:
    assert parse(answer(**device)) is None


@pytest.mark.parametrize("device_class", ["NVR", "HCVR", "xvr", "DVR", "EVS", "IVSS"])
def test_recorder_is_told_by_its_class(device_class: str) -> None:
    assert is_recorder_answer(answer(DeviceClass=device_class))
    assert is_recorder_answer(answer(DeviceClass=device_class, SerialNo=None))


@pytest.mark.parametrize("device_class", ["IPC", "SD", "VTO", "VTH", "", None, 7, ["NVR"]])
def test_what_is_of_another_class_is_no_recorder(device_class: Any) -> None:
    assert not is_recorder_answer(answer(DeviceClass=device_class))


def test_recorder_that_only_asks_is_not_told() -> None:
    told = answer(DeviceClass="NVR")
    assert not is_recorder_answer(told.replace(b"notifyDevInfo", b"notifyDevGone"))
    assert not is_recorder_answer(question())


@pytest.mark.parametrize(
    "device",
    [
        {"VideoInputChannels": None},
        {"DeviceClass": "SD", "VideoInputChannels": 1},
        {"DeviceClass": None, "VideoInputChannels": 1, "RemoteVideoInputChannels": None},
    ],
)
def test_whatever_sees_is_a_camera(device: dict[str, Any]) -> None:
    assert parse(answer(**device)) == CAMERA


def test_strings_are_shown_on_one_short_line() -> None:
    camera = parse(answer(MachineName="Front\n\u202edoor\0 \ud800" + "x" * 100, DeviceType=5))
    assert camera
    assert camera.name == "Front door " + "x" * 53
    assert camera.model == ""


@pytest.mark.parametrize("port", [0, -1, 65536, "8080", None, 1e9, True])
def test_port_that_is_none_is_the_usual_one(port: Any) -> None:
    camera = parse(answer(HttpPort=port, HttpsPort=port))
    assert camera
    assert (camera.http_port, camera.https_port) == (80, 443)
    assert camera.address == "192.0.2.10"


def test_unusual_port_belongs_to_the_address() -> None:
    camera = parse(answer(HttpPort=8080))
    assert camera
    assert camera.address == "192.0.2.10:8080"
    assert camera.label == "Yard — 192.0.2.10:8080"


def test_camera_without_a_name_is_told_by_its_model() -> None:
    camera = parse(answer(MachineName=DEVICE["SerialNo"]))
    assert camera
    assert camera.label == "IPC-MFW7442K1-Z4 — 192.0.2.10"


@pytest.mark.parametrize("mac", [None, "", 7, "3c:ef:8c", "3c:ef:8c:00:00:0g"])
def test_hardware_address_may_be_missing(mac: Any) -> None:
    camera = parse(answer(mac))
    assert camera
    assert camera.mac is None


def test_hardware_address_is_written_in_one_way() -> None:
    camera = parse(answer("3C-EF-8C-00-00-01"))
    assert camera
    assert camera.mac == CAMERA.mac


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=100),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def assert_is_bounded(camera: FoundCamera | None) -> None:
    """Assert that whatever was made of a datagram can be stored and shown."""
    if camera is None:
        return
    assert 0 < len(camera.serial) <= 64
    assert camera.host == "192.0.2.10"
    assert 0 < camera.http_port < 65536
    assert 0 < camera.https_port < 65536
    for text in (camera.name, camera.model, camera.vendor):
        assert len(text) <= 64
        assert text.isprintable()
    assert camera.label.encode()


@given(st.binary(max_size=2000))
def test_no_noise_is_too_much(noise: bytes) -> None:
    assert not is_recorder_answer(noise)
    assert_is_bounded(parse(noise))
    assert_is_bounded(parse(frame(noise)))


@given(
    mac=ANYTHING,
    device=st.dictionaries(st.sampled_from(sorted(DEVICE)), ANYTHING),
)
def test_no_answer_is_too_odd(mac: Any, device: dict[str, Any]) -> None:
    assert_is_bounded(parse(answer(mac, **device)))


@given(position=st.integers(0, len(answer()) - 1), byte=st.integers(0, 255))
def test_no_flipped_byte_does_harm(position: int, byte: int) -> None:
    damaged = bytearray(answer())
    damaged[position] = byte
    assert_is_bounded(parse(bytes(damaged)))
