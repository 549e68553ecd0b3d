"""No secret passes, wherever it stands, and what is nobody's secret stays as it was."""

from collections.abc import Mapping
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.dahua_camera.dahua.pseudonyms import REDACTED, SERIAL, Pseudonyms
from custom_components.dahua_camera.dahua.scrubbing import Scrubber
from custom_components.dahua_camera.dahua.tables import flatten, parse_tables

THEIR_SERIAL = "9C0A11BPAZ00001"
OTHER_SERIAL = "7D04C3EPAJ00004"
PASSWORD = "Zwerg-Nase9"
USERNAME = "klaus"
HOST = "einfahrt.example.org"
MAC = "3c:ef:8c:01:02:03"

TABLES = f"""
table.General.MachineName=Haus am See
table.General.LockLoginTimes=5
table.ChannelTitle[0].Name=Einfahrt
table.ChannelTitle[1].Name=IPC
table.Network.Hostname=haus-am-see
table.Network.DefaultInterface=eth0
table.Network.eth0.DhcpEnable=true
table.Network.eth0.IPAddress=10.20.30.40
table.Network.eth0.DnsServers[0]=10.20.30.1
table.Network.eth0.PhysicalAddress={MAC.upper()}
table.Network.PPPoE.Password={PASSWORD}
table.Network.PPPoE.UserName=klaus@provider.example
table.Lighting_V2[0][1][0].Mode=ZoomPrio
table.Lighting_V2[0][1][0].Sensitive=3
table.VideoInExposure[0][1].Value1=0.100000
table.VideoInMode[0].TimeSection[0][0]=1 06:30:00-18:30:00
table.LightingScheme[0][1].SchemeSchedule.TimeSectionByWeek[0][0]=00:00:00-23:59:59 AIMode
table.Encode[0].MainFormat[0].Video.Compression=H.264H
table.Encode[0].MainFormat[0].Video.Profile=High
table.Encode[0].MainFormat[0].Video.resolution=2688x1520
table.MotionDetect[0].MotionDetectWindow[0].Name=Bei Oma
table.MotionDetect[0].MotionDetectWindow[0].Id=0
table.VideoAnalyseRule[0][0].Id=4
table.VideoAnalyseRule[0][0].Name=Gartentor
table.VideoAnalyseRule[0][0].Type=CrossLineDetection
table.VideoAnalyseRule[0][0].Class=Normal
table.VideoAnalyseRule[0][0].ObjectTypes[0]=Human
table.VideoAnalyseRule[0][0].EventHandler.Voice.FileName=klaus.pcm
table.VideoAnalyseRule[0][0].EventHandler.Mail=klaus@provider.example
table.VideoAnalyseRule[0][0].EventHandler.Remark=Klaus und Anna Muster
table.VideoAnalyseRule[0][0].EventHandler.Snapshot=/mnt/sd/2026-01-01/klaus.jpg
table.VideoAnalyseRule[0][0].EventHandler.Push=rtsp://klaus:{PASSWORD}@10.20.30.40/cam
table.VideoAnalyseRule[0][0].EventHandler.Peer=fe80::3eef:8cff:fe01:203
table.VideoAnalyseRule[0][0].EventHandler.Recorder={OTHER_SERIAL}
table.VideoAnalyseRule[0][0].EventHandler.Server=nvr.example.org
table.VideoAnalyseRule[0][0].EventHandler.Account=klaus
table.VideoAnalyseRule[0][0].EventHandler.Realm=Login-to-{THEIR_SERIAL}
table.VideoAnalyseRule[0][0].EventHandler.Comment=by-{USERNAME}
table.VideoAnalyseRule[0][0].EventHandler.PhoneNumber=0170123456
table.VideoAnalyseRule[0][0].EventHandler.Position=我家门口
table.VideoAnalyseRule[0][1].Id=4
table.VideoAnalyseRule[0][1].Name=Hof
table.VideoAnalyseRule[0][1].Type=CrossRegionDetection
table.VideoAnalyseRule[1][0].Id=1
table.VideoAnalyseRule[1][0].Name=Gartentor
table.VideoAnalyseRule[1][0].Type=CrossLineDetection
"""
SECRETS = (
    THEIR_SERIAL,
    OTHER_SERIAL,
    PASSWORD,
    USERNAME,
    HOST,
    MAC,
    "10.20.30",
    "3eef:8cff",
    "Haus",
    "Einfahrt",
    "Oma",
    "Gartentor",
    "Hof",
    "provider",
    "nvr.",
    "Anna",
    "Muster",
    "/mnt",
    "0170",
    "我家",
    "AB 123",
    "Toyota",
    "Family",
    "100001",
    "48.137",
    "Neutral",
    "NoGlasses",
    "34",
)


def scrubber_of_their_camera() -> Scrubber:
    tables = parse_tables(TABLES)
    names = Pseudonyms(THEIR_SERIAL, tables, (PASSWORD, USERNAME, HOST, MAC))
    return Scrubber(names, frozenset({0}))


@pytest.fixture(name="scrubber")
def _scrubber() -> Scrubber:
    return scrubber_of_their_camera()


def assert_no_secret(scrubbed: Any) -> None:
    printed = json.dumps(scrubbed, ensure_ascii=False).lower()
    assert [secret for secret in SECRETS if secret.lower() in printed] == []


def test_tables_tell_no_secret(scrubber: Scrubber) -> None:
    assert_no_secret(scrubber.pairs(flatten(parse_tables(TABLES))))


def test_tables_keep_what_is_nobodys_secret(scrubber: Scrubber) -> None:
    told = flatten(parse_tables(TABLES))
    scrubbed = scrubber.pairs(told)
    assert scrubbed.keys() == told.keys()
    for key in (
        "General.LockLoginTimes",
        "ChannelTitle[1].Name",
        "Network.DefaultInterface",
        "Network.eth0.DhcpEnable",
        "Lighting_V2[0][1][0].Mode",
        "Lighting_V2[0][1][0].Sensitive",
        "VideoInExposure[0][1].Value1",
        "VideoInMode[0].TimeSection[0][0]",
        "LightingScheme[0][1].SchemeSchedule.TimeSectionByWeek[0][0]",
        "Encode[0].MainFormat[0].Video.Compression",
        "Encode[0].MainFormat[0].Video.Profile",
        "Encode[0].MainFormat[0].Video.resolution",
        "VideoAnalyseRule[0][0].Type",
        "VideoAnalyseRule[0][0].Class",
        "VideoAnalyseRule[0][0].ObjectTypes[0]",
    ):
        assert scrubbed[key] == told[key], key


def test_names_become_others(scrubber: Scrubber) -> None:
    scrubbed = scrubber.pairs(flatten(parse_tables(TABLES)))
    assert scrubbed["General.MachineName"] == "Camera"
    assert scrubbed["ChannelTitle[0].Name"] == "Named channel 1"
    assert scrubbed["MotionDetect[0].MotionDetectWindow[0].Name"] == "Region 1"
    assert scrubbed["VideoAnalyseRule[0][0].Name"] == "Rule 4"
    assert scrubbed["VideoAnalyseRule[0][1].Name"] == "Rule 4 in row 1"
    assert scrubbed["VideoAnalyseRule[1][0].Name"] == "Rule 1"
    assert scrubbed["Network.eth0.PhysicalAddress"] == "00:00:5e:00:53:01"


@pytest.mark.parametrize(
    "address",
    [
        "3CEF8C010204",
        "3cef8c010204",
        "3C-EF-8C-01-02-04",
        "3CEF.8C01.0204",
        "3C EF 8C 01 02 04",
        "001122334455",
    ],
)
def test_hardware_addresses_are_hidden_however_they_are_written(
    scrubber: Scrubber, address: str
) -> None:
    pairs = dict.fromkeys(("Network.eth2.PhysicalAddress", "General.PeerMac"), address)
    scrubbed = scrubber.pairs(pairs | {"General.Peer": f"at-{address}"})
    assert not any(address in value for value in scrubbed.values())
    assert len(scrubbed) == 3


def test_a_hardware_address_that_is_a_word_is_hidden(scrubber: Scrubber) -> None:
    assert scrubber.pairs({"General.Peer": "acdeefab0203"}) == {"General.Peer": "00:00:5e:00:53:01"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("General.MachineGroup", "Familie"),
        ("General.MachineID", "Seestrasse"),
        ("General.Remark", "Gartenweg"),
        ("NTP.TimeZoneDesc", "Berlin"),
        ("VideoAnalyseRule[0][0].EventHandler.Comment", "Klingel"),
        ("VideoAnalyseRule[0][0].EventHandler.Mobile", "0170123456"),
        ("Network.wlan0.Psk", "geheimnis"),
        ("Network.wlan0.Keys[0]", "geheimnis"),
        ("Network.wlan0.PassPhrase", "geheimnis"),
        ("Network.PPPoE.Pass", "geheimnis"),
        ("Network.Peer[0].DeviceSN", "ABCDE12345"),
    ],
)
def test_words_and_numbers_that_tell_of_people_and_places_are_hidden(
    scrubber: Scrubber, key: str, value: str
) -> None:
    assert scrubber.pairs({key: value}) == {key: REDACTED}


def test_a_camera_that_bears_its_serial_number_as_a_name_still_does(scrubber: Scrubber) -> None:
    pairs = {"General.MachineName": THEIR_SERIAL}
    assert scrubber.pairs(pairs) == {"General.MachineName": SERIAL}


def test_answers_keep_the_model_and_lose_the_serial_number(scrubber: Scrubber) -> None:
    answers: dict[str, dict[str, str] | None] = {
        "magicBox.cgi?action=getSystemInfo": {
            "deviceType": "DH-IPC-MFW7442K1-Z4-T40",
            "serialNumber": THEIR_SERIAL,
            "updateSerial": "IPC-MFW7442K1-Z4-T40",
            "updateSerialCloudUpgrade": f"IPC-MFW7442K1-Z4:07:{THEIR_SERIAL}",
        },
        "magicBox.cgi?action=getSoftwareVersion": {"version": "2.840.0000000.9.R,build:2021-09-30"},
        "magicBox.cgi?action=getMachineName": {"name": "Haus am See"},
        "devVideoInput.cgi?action=getCaps&channel=1": {
            "caps.InfraRed": "true",
            "caps.VideoInDenoise.2D.Support": "true",
        },
        "coaxialControlIO.cgi?action=getCaps&channel=1": None,
    }
    scrubbed = scrubber.answers(answers)
    assert_no_secret(scrubbed)
    assert scrubbed == answers | {
        "magicBox.cgi?action=getSystemInfo": {
            "deviceType": "DH-IPC-MFW7442K1-Z4-T40",
            "serialNumber": SERIAL,
            "updateSerial": "IPC-MFW7442K1-Z4-T40",
            "updateSerialCloudUpgrade": REDACTED,
        },
        "magicBox.cgi?action=getMachineName": {"name": "Camera"},
    }


FACE = {
    "Candidates": [
        {
            "Person": {
                "ID": "100001",
                "Name": "Anna Muster",
                "GroupName": "Family",
                "Sex": "Female",
            },
            "Similarity": 93,
        }
    ],
    "Face": {"Age": 34, "Sex": "Woman", "BoundingBox": [3100, 1200, 3600, 2400]},
    "Name": "FaceDetection",
    "Object": {
        "Age": 34,
        "Emotion": "Neutral",
        "Feature": ["NoGlasses", "Neutral"],
        "Glass": 1,
        "ObjectID": 12,
        "ObjectType": "HumanFace",
    },
    "UTC": 1767260011,
}
PLATE = {
    "Object": {"ObjectType": "Plate", "Text": "AB 123 CD", "Confidence": 222},
    "TrafficCar": {"PlateNumber": "AB 123 CD", "VehicleSign": "Toyota", "PlateColor": "White"},
    "Plate": "AB 123 CD",
    "FusionInfo": {"GpsPostion": [48.137, 11.575], "Longitude": 48.137},
    "CommInfo": {"Country": "Unknown", "SnapPath": "/mnt/sd/klaus.jpg"},
}
LOGIN = {"Address": "10.20.30.99", "User": "klaus", "Type": "klaus@provider.example", "Error": 1}


@pytest.mark.parametrize("data", [FACE, PLATE, LOGIN])
@pytest.mark.parametrize("depth", [0, 1, 40])
def test_events_tell_no_secret(scrubber: Scrubber, data: Mapping[str, Any], depth: int) -> None:
    for _ in range(depth):
        data = {"Nested": [data]}
    assert_no_secret(scrubber.event_data("FaceRecognition", 0, data))


def test_events_keep_what_is_nobodys_secret(scrubber: Scrubber) -> None:
    face = scrubber.event_data("FaceRecognition", 0, FACE)
    assert face["Face"]["BoundingBox"] == [3100, 1200, 3600, 2400]
    assert face["Object"]["ObjectID"] == 12
    assert face["Object"]["ObjectType"] == "HumanFace"
    assert face["UTC"] == 1767260011
    assert len(face["Candidates"]) == 1
    plate = scrubber.event_data("TrafficJunction", 0, PLATE)
    assert plate["Plate"] == plate["TrafficCar"]["PlateNumber"] == plate["Object"]["Text"]
    assert plate["Object"]["Confidence"] == 222
    assert plate["TrafficCar"]["PlateColor"] == "White"
    assert scrubber.event_data("TrafficJunction", 0, {"Plate": "Unknown"}) == {"Plate": "Unknown"}


@pytest.mark.parametrize("key", ["Plate", "PlateNo", "PlateNum", "PlateNumber"])
def test_a_plate_that_is_a_number_is_hidden(scrubber: Scrubber, key: str) -> None:
    assert scrubber.event_data("TrafficJunction", 0, {key: 123456}) == {key: REDACTED}


def test_an_event_still_names_its_rule_and_region(scrubber: Scrubber) -> None:
    def name(code: str, channel: int, told: str) -> Any:
        return scrubber.event_data(code, channel, {"Name": told})["Name"]

    assert name("CrossLineDetection", 0, "Gartentor") == "Rule 4"
    assert name("CrossLineDetection", 1, " Gartentor ") == "Rule 1"
    assert name("CrossRegionDetection", 0, "Hof") == "Rule 4 in row 1"
    stranger = name("CrossRegionDetection", 1, "Hof")
    assert stranger == name("VideoMotion", 2, "Hof")
    assert stranger not in {"Hof", "Rule 4 in row 1"}
    motion = scrubber.event_data("VideoMotion", 0, {"Id": [0], "RegionName": ["Bei Oma", "Teich"]})
    assert motion["RegionName"][0] == "Region 1"
    assert motion["RegionName"][1] not in {"Teich", "Region 1"}
    assert motion["Id"] == [0]


@pytest.mark.parametrize("junk", ["Anna Muster", "/mnt/sd/klaus.jpg", "", "x" * 50])
def test_noise_is_no_code(scrubber: Scrubber, junk: str) -> None:
    assert scrubber.code(junk) == REDACTED


def test_a_secret_that_is_a_number_spares_numbers() -> None:
    names = Pseudonyms("", parse_tables("table.A=1"), ("1234", "8191"))
    scrubber = Scrubber(names, frozenset())
    assert scrubber.pairs({"A[0]": "8191", "B": "512348"}) == {"A[0]": "8191", "B": "512348"}
    assert scrubber.pairs({"C": "code-1234"}) == {"C": REDACTED}


TELLING = "Anna Muster, Gartenweg 7"
KEYS = st.sampled_from(
    ["Name", "Text", "Type", "Object", "Plate", "Class", "RegionName", "Face", TELLING]
) | st.text(max_size=12)
LEAVES = st.just(TELLING) | st.text() | st.integers() | st.floats() | st.booleans() | st.none()
NESTED = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, NESTED, max_size=5))
def test_whatever_an_event_holds_tells_nobodys_name(data: dict[str, Any]) -> None:
    scrubber = scrubber_of_their_camera()
    assert "Muster" not in json.dumps(scrubber.event_data("CrossLineDetection", 0, data))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS.map(lambda key: f"Table[0].{key}"), st.text() | st.just(TELLING)))
def test_whatever_a_table_holds_tells_nobodys_name(pairs: dict[str, str]) -> None:
    values = scrubber_of_their_camera().pairs(pairs).values()
    assert not any("Muster" in value for value in values)


def test_a_very_long_text_costs_no_time(scrubber: Scrubber) -> None:
    assert scrubber.pairs({"A": "a" * 200_000, "B": "a@" * 100_000}) == {
        "A": REDACTED,
        "B": REDACTED,
    }
