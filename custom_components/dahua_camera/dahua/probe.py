"""What a camera is, how many sensors it has and what each of them can do.

Everything is found by asking the camera; no model name decides anything.
"""

from collections.abc import Iterable
import re

from . import alarms, exposure, illumination, lens, picture, profiles, rules, storage
from .address import counted_from_one
from .errors import (
    AnotherCameraError,
    CameraBusyError,
    DahuaError,
    LoginError,
    MalformedResponseError,
    NotSupportedError,
    PermissionDeniedError,
    UnclearRefusalError,
)
from .http import CameraHttp
from .identity import ask_firmware, ask_system, refuse_recorder
from .questions import Questions
from .startup_grace import StartupGrace
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
_FEW = re.compile(r"\d{1,2}", re.ASCII)
_SUB_STREAMS_QUERY = "action=getProductDefinition&name=MaxExtraStream"
# Sold under another name, a camera may tell no more than this as its type.
_NO_TYPE = {"", "31", "ip camera"}
# What a type may have in front of it that the name for its firmware does without.
_VENDOR_PREFIX = "DH-"
# What a camera calls its channels until the owner gives them names.
_FACTORY_TITLE = re.compile(
    r"(?:ipc?|ip ?camera|cam(?:era)?|channel|ch|kanal|canal|通道|视频通道)?[\s_-]*\d*",
    re.IGNORECASE,
)


async def probe(http: CameraHttp, reader: TableReader, serial: str | None = None) -> CameraInfo:
    """Ask a camera what it is, and nothing more once it tells another serial number than `serial`.

    Raises NotADahuaCameraError where something else answers, RecorderError where that is a
    recorder, CameraBusyError or UnclearRefusalError where a camera is still starting; what fails
    in passing is raised as well, rather than taken for an answer.
    """
    grace = StartupGrace()
    questions, tables = Questions(http, grace), _Tables(reader, grace)
    system = await ask_system(questions)
    if serial not in {None, system["serialNumber"]}:
        raise AnotherCameraError(http.address.host)
    await refuse_recorder(questions, system)
    firmware = await ask_firmware(questions)
    vendor = await questions.ask_if_known("magicBox.cgi", "action=getVendor")
    await reader.read_at_once((*_IDENTITY_TABLES, *_STATE_TABLES, *alarms.TABLES))
    identity = await tables.read(_IDENTITY_TABLES)
    identity |= await tables.read(alarms.TABLES)
    state = await tables.read_state()
    channels = _channel_count(identity | state)
    if not channels:
        raise CameraBusyError("the camera does not tell its channels yet")
    most = await _most_sub_streams(questions, child(identity, "Encode"))
    infos = tuple([await _channel(questions, n, identity, state, most) for n in range(channels)])
    kept = await questions.ask_optional(storage.MODULE, storage.QUERY)
    return CameraInfo(
        serial=system["serialNumber"],
        model=_model(system),
        model_id=_model_id(system),
        vendor=vendor.get("vendor", "Dahua"),
        firmware=firmware,
        hardware=system.get("hardwareVersion", "").strip() or None,
        name=text(child(identity, "General"), "MachineName").strip(),
        mac=_mac(child(identity, "Network")),
        rtsp_port=integer(child(identity, "RTSP"), "Port", _DEFAULT_RTSP_PORT),
        channels=infos,
        tables=tuple(str(name) for name in state),
        has_storage=storage.has_storage(kept),
        answers=questions.answers,
    )


class _Tables:
    """The tables of a camera that is being asked what it is."""

    def __init__(self, reader: TableReader, grace: StartupGrace) -> None:
        self._reader = reader
        self._grace = grace

    async def read(self, names: Iterable[str]) -> Node:
        """Return the tables by name, asking for those only that have not been read yet."""
        wanted = list(names)
        await self._ask(wanted)
        unclear = [name for name in wanted if name in self._reader.unclear]
        if unclear and await self._grace.wait():
            await self._ask(unclear)
        return {name: self._reader.latest[name] for name in wanted if name in self._reader.latest}

    async def _ask(self, names: list[str]) -> None:
        known = self._reader.latest
        try:
            await self._reader.read(name for name in names if name not in known)
        except MalformedResponseError, PermissionDeniedError:
            # About one table that is; about all of them where none could be read.
            if not known:
                raise

    async def read_state(self) -> Node:
        """Read what there is of the tables that are of use here."""
        found = await self.read(_STATE_TABLES)
        for name in _RARE_TABLES:
            found |= await self.read([name])
        return found | await self.read(
            dict.fromkeys(new for old, new in _REPLACEMENTS.items() if old not in found)
        )


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


def _model_id(system: dict[str, str]) -> str | None:
    """Return the model by which its firmware is chosen; None where that tells nothing new."""
    told = system.get("updateSerial", "").strip()
    is_new = told.removeprefix(_VENDOR_PREFIX) != _model(system).removeprefix(_VENDOR_PREFIX)
    return told if told and is_new else None


def _mac(network: Node) -> str | None:
    """Return the hardware address of the interface that the camera uses first."""
    default = child(network, text(network, "DefaultInterface", "eth0"))
    return text(default, "PhysicalAddress").strip() or None


async def _channel(
    questions: Questions, channel: int, identity: Node, state: Node, most_sub_streams: int | None
) -> ChannelInfo:
    query = f"action=getCaps&channel={counted_from_one(channel)}"
    capabilities = {
        key.removeprefix("caps."): value.strip().lower()
        for key, value in (await questions.ask_if_known("devVideoInput.cgi", query)).items()
    }
    title = text(child(identity, "ChannelTitle", channel), "Name").strip()
    return ChannelInfo(
        index=channel,
        title=None if _FACTORY_TITLE.fullmatch(title) else title,
        streams=tuple(_streams(child(identity, "Encode", channel), most_sub_streams)),
        emitters=_emitters(channel, state, capabilities),
        has_day_night=_has_day_night(channel, state, capabilities),
        alarms=alarms.parse_alarms(channel, identity),
        has_lens=capabilities.get("ElectricFocus") == "true"
        and await _tells_lens(questions, channel),
    )


async def _tells_lens(questions: Questions, channel: int) -> bool:
    """Tell whether a motorised lens can be used: old ones know pan and tilt commands only.

    Such a camera says clearly that it does not know the question; whatever else goes wrong with
    it may be over soon.
    """
    try:
        await questions.ask(lens.MODULE, lens.status_query(channel))
    except LoginError:
        raise
    except DahuaError as error:
        return isinstance(error, UnclearRefusalError) or not isinstance(error, NotSupportedError)
    return True


async def _most_sub_streams(questions: Questions, encode: Node) -> int | None:
    """Return how many sub streams a channel has at most; None where that is not told.

    The table may hold rows without a stream. The camera is asked where one is switched on that
    may be such a row: each camera has a first one.
    """
    if not any(
        boolean(row, "VideoEnable", default=True)
        for _, channel in rows(encode)
        for index, row in rows(child(channel, "ExtraFormat"))
        if index
    ):
        return None
    told = await questions.ask_optional("magicBox.cgi", _SUB_STREAMS_QUERY)
    most = told.get("table.MaxExtraStream", "").strip()
    return int(most) if _FEW.fullmatch(most) else None


def _streams(encode: Node, most_sub_streams: int | None) -> list[StreamInfo]:
    """Read one channel of the table `Encode`: the main stream, then the sub streams."""
    formats = [
        child(encode, "MainFormat", 0),
        *[row for _, row in rows(child(encode, "ExtraFormat"))][:most_sub_streams],
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
