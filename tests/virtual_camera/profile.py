"""Which camera it is: identity, sensors, firmware switches and tables, read from data files.

A profile is `profiles/<name>.toml`, an overlay `profiles/overlays/<name>.toml`; both have the
same form, and an overlay is laid over the profile key by key. `name+overlay+overlay` names a
combination.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
import tomllib
from typing import Any

from . import recorded
from .digest import DigestSettings
from .event_format import EventFormat
from .event_stream import Event
from .hardware import ChannelHardware
from .store import WriteRules
from .tables import Tables, is_under, parse

PROFILES = Path(__file__).parent / "profiles"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the camera says it is."""

    device_type: str
    serial: str
    version: str
    build: str
    mac: str
    hardware_version: str = "1.00"
    update_serial: str = ""
    """The model by which firmware is chosen; empty: the type without its prefix."""
    processor: str = "SSC339G"
    vendor: str = "Dahua"
    device_class: str = "IPC"


@dataclass(frozen=True, slots=True)
class Faces:
    """How "not supported" looks: names of answers in `wire.answers`."""

    table: str = "bad_request"
    endpoint: str = "bad_request"
    channel: str = "bad_request"
    absent_part: str = "error_minus_one"
    no_events: str = "no_events"
    refused_write: str = "bare_error"
    locked: str = "user_locked"
    tables: Mapping[str, str] = field(default_factory=dict)
    """Tables that are known to be refused, each with its own answer."""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """`module.action` pairs that this firmware lacks, each with its own answer."""


@dataclass(frozen=True, slots=True)
class Switches:
    """Whatever else differs between firmwares."""

    multi_name: bool = True
    connection_limit: int = 10
    idle_seconds: float = 30.0
    closes_connections: bool = False
    reboot_seconds: float = 1.0
    warming_up_seconds: float = 0.5
    encoding: str = "utf-8"
    """How names in the tables are written; the oldest firmwares are Chinese at heart (gbk)."""
    bare_tables: tuple[str, ...] = ()
    """Tables whose lines lack `table.`."""
    late_stream_head: bool = False
    """Whether the head of an event stream comes no earlier than its first part."""
    read_only_account: bool = False
    """Whether the account may look and not touch."""
    stream_seconds: float = 0.0
    """After how long the camera ends an event stream by itself; 0 for never."""
    noisy: bool = False
    """Whether logins and files on the card are events too."""
    chunked_stream: bool = False
    refuses_unknown_codes: bool = False
    snapshot_seconds: float = 0.02
    snapshot_channel_zero: str = "refuse"
    """`refuse`, or `first` for channel 1's picture."""
    snapshot_resets_when_busy: bool = True
    https: bool = False
    redirects_to_https: bool = False
    old_tls: bool = False
    """Whether HTTPS is spoken up to TLS 1.1 only."""
    lens_seconds: float = 4.0
    lens_reaction_seconds: float = 0.0
    motion_info: bool = False
    line_pulses: bool = False
    """Whether a crossed line is a single pulse rather than a start and a stop."""
    runs_rules_without_plan: bool = False
    """Whether all rules run where the smart plan has no name, rather than none."""
    repeats_starts: str = "never"
    """Whether a region tells of the same intruder again after its ReportInterval: `never`, under
    the `same_number` or a `new_number` each time, of which only the last one is told to end."""
    wall_clock_utc: bool = False
    """Whether UTC in events is the local wall clock taken for UTC."""
    encoder_restart_seconds: float = 0.0
    """For how long stills fail after a change of the Encode table, which also ends streams."""
    smart_motion_key: bool = False
    rpc_hash: str = "MD5"
    rpc_keeps_session: bool = False
    """Whether the session of the challenge stays the session after the login."""
    rpc_keep_alive_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Profile:
    """One camera, completely described."""

    name: str
    identity: Identity
    channels: tuple[ChannelHardware, ...]
    tables: Tables
    digest: DigestSettings = field(default_factory=DigestSettings)
    faces: Faces = field(default_factory=Faces)
    events: EventFormat = field(default_factory=EventFormat)
    switches: Switches = field(default_factory=Switches)
    writes: WriteRules = field(default_factory=WriteRules)
    capabilities: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    """Endpoint → one list of `caps.` lines for each channel, or a single one for the device."""
    exposure_events: tuple[str, ...] = ()
    products: Mapping[str, str] = field(default_factory=dict)
    """What getProductDefinition knows."""
    storage: Tables = field(default_factory=dict)
    """What storageDevice tells; empty where there is no card."""
    answers: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    """Whole answers by `module.cgi?query`, before all that would be answered otherwise; None
    where the camera refuses."""
    events_heard: tuple[Event, ...] = ()
    """What was heard of the real camera, to be played again."""

    def tables_under(self, prefix: str) -> Tables:
        """Return the factory's values under a prefix."""
        return {key: value for key, value in self.tables.items() if is_under(key, prefix)}


def available() -> list[str]:
    """Return the names of all profiles."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def available_overlays() -> list[str]:
    """Return the names of all overlays."""
    return sorted(path.stem for path in (PROFILES / "overlays").glob("*.toml"))


def load(name: str, overlays: Iterable[str] = ()) -> Profile:
    """Read a profile with its overlays; raises LookupError for a name that does not exist.

    A name that ends in `.toml` is the path of a file elsewhere, one that ends in `.json` that
    of a recorded camera.
    """
    base, *more = name.split("+")
    if base.endswith(".json"):
        document, tables = recorded.read(Path(base))
    else:
        document = _read(Path(base) if base.endswith(".toml") else PROFILES / f"{base}.toml")
        tables = parse(document.pop("tables", ""))
    for overlay in [*more, *overlays]:
        upper = _read(PROFILES / "overlays" / f"{overlay}.toml")
        for prefix in upper.pop("remove", []):
            tables = {key: value for key, value in tables.items() if not is_under(key, prefix)}
        tables |= parse(upper.pop("tables", ""))
        document = _overlay(document, upper)
    return build("+".join([name, *overlays]), document, tables)


def build(name: str, document: Mapping[str, Any], tables: Tables) -> Profile:
    """Make a profile of a document as the data files hold it."""
    writes = dict(document.get("writes", {}))
    writes["limits"] = {key: tuple(limit) for key, limit in document.get("limits", {}).items()}
    return Profile(
        name=name,
        identity=Identity(**document["identity"]),
        channels=tuple(
            ChannelHardware(**_tuples(channel))
            for _, channel in sorted(document["channel"].items())
        ),
        tables=tables,
        digest=DigestSettings(**_tuples(_opaque(document.get("digest", {})))),
        faces=Faces(**document.get("faces", {})),
        events=EventFormat(**document.get("events", {})),
        switches=Switches(**_tuples(document.get("switches", {}))),
        writes=WriteRules(**_tuples(writes)),
        capabilities={
            endpoint: tuple(answers) for endpoint, answers in document.get("caps", {}).items()
        },
        exposure_events=tuple(document.get("exposure_events", ())),
        products=document.get("products", {}),
        storage=parse(document.get("storage", "")),
        answers=document.get("answers", {}),
        events_heard=tuple(Event(**event) for event in document.get("events_heard", ())),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        message = f"no such profile: {path.stem}"
        raise LookupError(message) from None


def _overlay(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(lower)
    for key, value in upper.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _overlay(below, value)
        else:
            merged[key] = value
    return merged


def _tuples(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: tuple(tuple(item) if isinstance(item, list) else item for item in value)
        if isinstance(value, list)
        else value
        for key, value in document.items()
    }


def _opaque(document: Mapping[str, Any]) -> dict[str, Any]:
    """Say `opaque = false` where a camera sends none: the data files have no null."""
    settings = dict(document)
    if settings.get("opaque") is False:
        settings["opaque"] = None
    return settings
