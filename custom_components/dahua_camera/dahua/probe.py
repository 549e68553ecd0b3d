"""What a camera is, how many sensors it has and what each of them can do.

Everything is found by asking the camera; no model name decides anything.
"""

import re

from . import alarms, exposure, illumination, picture, profiles, rules
from .errors import (
    CameraBusyError,
    MalformedResponseError,
    NotADahuaCameraError,
    NotSupportedError,
)
from .http import CameraHttp, counted_from_one
from .questions import Questions
from .state import CameraInfo, ChannelInfo, Emitter, StreamInfo
from .table_reader import TableReader
from .tables import Node, boolean, child, integer, rows, text

_IDENTITY_TABLES = ("General", "Network", "ChannelTitle", "Encode", "RTSP")
# Tables of which an IP camera has exactly one row per sensor.
_ROW_PER_SENSOR = ("ChannelTitle", "Encode", profiles.TABLE)
# What is read again and again. One missing name may have a whole request refused, so what many
# cameras lack is asked for apart, and what replaces an absent table only then.
_STATE_TABLES = (
    profiles.TABLE,
    illumination.TABLE,
    picture.TABLE,
    exposure.TABLE,
    rules.MOTION_TABLE,
    rules.SCENE_TABLE,
    rules.RULE_TABLE,
)
_RARE_TABLES = (illumination.SCHEME_TABLE, rules.SMART_MOTION_TABLE)
_REPLACEMENTS = {
    profiles.TABLE: profiles.LEGACY_TABLE,
    illumination.TABLE: illumination.LEGACY_TABLE,
    picture.TABLE: picture.LEGACY_TABLE,
}
_DEFAULT_RTSP_PORT = 554
# Sold under another name, a camera may tell no more than this as its type.
_NO_TYPE = {"", "31", "ip camera"}
# What a camera calls its channels until the owner gives them names.
_FACTORY_TITLE = re.compile(
    r"(?:ipc?|ip ?camera|cam(?:era)?|channel|ch|kanal|canal|通道|视频通道)?[\s_-]*\d*",
    re.IGNORECASE,
)


async def probe(http: CameraHttp, reader: TableReader) -> CameraInfo:
    """Ask a camera what it is.

    Raises NotADahuaCameraError where something else answers, CameraBusyError where a camera
    is still starting.
    """
    questions = Questions(http)
    system = await _system_info(questions)
    firmware = await _answer(questions, "magicBox.cgi", "action=getSoftwareVersion")
    vendor = await _answer(questions, "magicBox.cgi", "action=getVendor")
    identity = await reader.read(_IDENTITY_TABLES)
    identity |= await reader.read(alarms.TABLES)
    state = await _read_state_tables(reader)
    channels = _channel_count(identity | state)
    if not channels:
        raise CameraBusyError("the camera does not tell its channels yet")
    return CameraInfo(
        serial=system["serialNumber"],
        model=_model(system),
        vendor=vendor.get("vendor", "Dahua"),
        firmware=firmware.get("version", "").split(",")[0],
        name=text(child(identity, "General"), "MachineName"),
        mac=_mac(child(identity, "Network")),
        rtsp_port=integer(child(identity, "RTSP"), "Port", _DEFAULT_RTSP_PORT),
        channels=tuple([await _channel(questions, n, identity, state) for n in range(channels)]),
        tables=tuple(str(name) for name in state),
        answers=questions.answers,
    )


async def _system_info(questions: Questions) -> dict[str, str]:
    """Return what the camera says of itself; at least its serial number."""
    try:
        system = dict(await questions.ask("magicBox.cgi", "action=getSystemInfo"))
    except (NotSupportedError, MalformedResponseError) as error:
        raise NotADahuaCameraError(str(error)) from error
    if not system.get("serialNumber"):
        serial = await _answer(questions, "magicBox.cgi", "action=getSerialNo")
        system["serialNumber"] = serial.get("sn", "")
    if not system["serialNumber"].strip():
        raise NotADahuaCameraError("the answer tells no serial number")
    system["serialNumber"] = system["serialNumber"].strip()
    return system


async def _answer(questions: Questions, module: str, query: str) -> dict[str, str]:
    """Return an answer's pairs; none where the camera does not know the question."""
    try:
        return await questions.ask(module, query)
    except NotSupportedError:
        return {}


async def _read_state_tables(reader: TableReader) -> Node:
    """Read what there is of the tables that are of use here."""
    found = await reader.read(_STATE_TABLES)
    for name in _RARE_TABLES:
        found |= await reader.read([name])
    missing = {new: None for old, new in _REPLACEMENTS.items() if old not in found}
    found |= await reader.read(missing)
    return found


def _channel_count(tables: Node) -> int:
    """Return how many sensors there are."""
    return max(
        (index + 1 for name in _ROW_PER_SENSOR for index, _ in rows(child(tables, name))),
        default=0,
    )


def _model(system: dict[str, str]) -> str:
    device_type = system.get("deviceType", "").strip()
    if device_type.lower() in _NO_TYPE:
        device_type = system.get("updateSerial", "").strip() or device_type
    return device_type or "IP camera"


def _mac(network: Node) -> str | None:
    """Return the hardware address of the interface that the camera uses first."""
    default = child(network, text(network, "DefaultInterface", "eth0"))
    return text(default, "PhysicalAddress").strip() or None


async def _channel(questions: Questions, channel: int, identity: Node, state: Node) -> ChannelInfo:
    query = f"action=getCaps&channel={counted_from_one(channel)}"
    capabilities = {
        key.removeprefix("caps."): value.strip().lower()
        for key, value in (await _answer(questions, "devVideoInput.cgi", query)).items()
    }
    title = text(child(identity, "ChannelTitle", channel), "Name").strip()
    return ChannelInfo(
        index=channel,
        title=None if _FACTORY_TITLE.fullmatch(title) else title,
        streams=tuple(_streams(child(identity, "Encode", channel))),
        emitters=_emitters(channel, state, capabilities),
        has_day_night=_has_day_night(channel, state, capabilities),
        alarms=alarms.parse_alarms(channel, identity),
        has_lens=capabilities.get("ElectricFocus") == "true",
    )


def _streams(encode: Node) -> list[StreamInfo]:
    """Read one channel of the table `Encode`: the main stream, then the sub streams."""
    formats = [
        child(encode, "MainFormat", 0),
        *(row for _, row in rows(child(encode, "ExtraFormat"))),
    ]
    return [
        StreamInfo(
            subtype=subtype,
            codec=text(child(row, "Video"), "Compression"),
            enabled=boolean(row, "VideoEnable", default=True),
        )
        for subtype, row in enumerate(formats)
        if row or subtype == 0
    ]


def _emitters(channel: int, state: Node, capabilities: dict[str, str]) -> frozenset[Emitter]:
    """Return the LEDs of a sensor; a row for infrared may be there without the LED."""
    without_infrared = capabilities.get("InfraRed") == "false"
    legacy = child(state, illumination.LEGACY_TABLE, channel)
    if illumination.TABLE in state:
        lights = illumination.parse_lights(channel, child(state, illumination.TABLE, channel))
    else:
        only = Emitter.WARM if without_infrared else Emitter.INFRARED
        lights = illumination.parse_legacy_lights(channel, legacy, only)
    found = frozenset(lights)
    return found - {Emitter.INFRARED} if without_infrared else found


def _has_day_night(channel: int, state: Node, capabilities: dict[str, str]) -> bool:
    """Tell whether choosing colour or black and white takes effect on a sensor.

    A camera that does not tell is believed where it moves an infrared filter.
    """
    modern = child(state, picture.TABLE, channel)
    if not modern and not picture.parse_legacy_day_night(
        channel, child(state, picture.LEGACY_TABLE, channel)
    ):
        return False
    told = capabilities.get("DayNightColor")
    if told is not None:
        return told == "true"
    return not modern or any(text(row, "Type") != "Electron" for _, row in rows(modern))
