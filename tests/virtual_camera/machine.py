"""The camera without its sockets: what it stores, what surrounds it and what follows from both."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
import math
import time

from . import picture
from .clock import Clock
from .digest import DigestGuard, DigestSettings
from .event_hub import EventHub
from .event_stream import Event
from .faults import Faults, Parameters
from .hardware import ChannelHardware
from .http_server import Connection
from .lens import Lens
from .logins import Logins
from .physics import Surroundings, is_color, led_levels, live_profile
from .profile import Profile
from .stage import TARGETS, Scene
from .store import ConfigStore
from .tables import Tables, top_name
from .view import StreamSettings, View
from .visibility import Appearance, appearance


class Machine:
    """One camera's memory and physics; also what its picture is made from."""

    def __init__(
        self, profile: Profile, *, username: str, password: str, time_zone: tzinfo
    ) -> None:
        self.profile = profile
        self.store = ConfigStore(profile.tables, profile.writes)
        self.faults = Faults()
        self.clock = Clock(time_zone)
        self.scene = Scene()
        guard = DigestGuard(
            username=username,
            password=password,
            serial=profile.identity.serial,
            settings=profile.digest,
        )
        self.logins = Logins(guard, self.store, self.faults)
        self.hub = EventHub(
            self.faults,
            profile.events,
            chunked=profile.switches.chunked_stream,
            late_head=profile.switches.late_stream_head,
            stream_seconds=profile.switches.stream_seconds,
        )
        if profile.switches.noisy:
            self.logins.on_login = lambda: self.hub.emit(Event("InterVideoAccess", "Pulse", 0))
        self.lenses = {
            channel: Lens(
                full_travel=profile.switches.lens_seconds,
                reaction=profile.switches.lens_reaction_seconds,
                zoom=hardware.zoom,
            )
            for channel, hardware in enumerate(profile.channels)
            if hardware.motorised
        }
        self.warm_at = 0.0
        self.https_port = 0
        self.snapshot_lock = asyncio.Lock()
        self.open_connections: Callable[[], Iterable[Connection]] = list
        self.encoding_from = 0.0
        self.end_streams: Callable[[], None] = lambda: None
        self.request_reboot: Callable[[], None] = lambda: None
        self.painter = ThreadPoolExecutor(1, "virtual-camera-stills")
        self._last_target: dict[int, float] = {}
        self._remembered: Tables = {}
        self.faults.listen(self._on_fault)

    @property
    def hardware(self) -> tuple[ChannelHardware, ...]:
        """The sensors, first to last."""
        return self.profile.channels

    @property
    def warming_up(self) -> bool:
        """Whether the web server answers already and the rest of the camera does not."""
        return time.monotonic() < self.warm_at

    def title(self, channel: int) -> str:
        """Return the name of a channel as its owner set it."""
        return self.store.text(f"ChannelTitle[{channel}].Name")

    def around(self, channel: int) -> Surroundings:
        """Return what surrounds a sensor at this moment."""
        lens = self.lenses.get(channel)
        return Surroundings(
            darkness=self.scene.darkness,
            clock=self.clock.now(),
            zoom=lens.zoom if lens else 0.0,
            target_age=self._target_age(channel),
        )

    def leds(self, channel: int) -> dict[str, int]:
        """Return the levels at which a channel's lamps burn."""
        return led_levels(self.store, self.hardware[channel], channel, self.around(channel))

    def live_profile(self, channel: int) -> int:
        """Return the row of the image profile in force."""
        return live_profile(self.store, channel, self.around(channel))

    def in_color(self, channel: int) -> bool:
        """Tell whether a channel's picture is in colour."""
        return is_color(self.store, self.hardware[channel], channel, self.around(channel))

    def view(self, channel: int) -> View:
        """Return what a sensor sees at this moment."""
        hardware = self.hardware[channel]
        lens = self.lenses.get(channel)
        leds = self.leds(channel)
        return View(
            channel=channel,
            title=self.title(channel),
            clock=self.clock.now(),
            darkness=self.scene.darkness,
            infrared=leds["infrared"],
            warm=leds["warm"],
            color=self.in_color(channel),
            wide=hardware.wide,
            zoom=lens.zoom if lens else 0.0,
            focus=lens.focus if lens else 0.0,
            blur=lens.blur if lens else 0.0,
            actors=self.scene.everyone(),
        )

    def stream_settings(self, channel: int, subtype: int) -> StreamSettings | None:
        """Return how a stream is encoded, as the Encode table says; None where there is none."""
        name = "MainFormat[0]" if subtype == 0 else f"ExtraFormat[{subtype - 1}]"
        prefix = f"Encode[{channel}].{name}"
        if not self.store.flag(f"{prefix}.VideoEnable") or subtype > self.extra_streams:
            return None
        return StreamSettings(
            width=self.store.integer(f"{prefix}.Video.Width"),
            height=self.store.integer(f"{prefix}.Video.Height"),
            frame_rate=float(self.store.text(f"{prefix}.Video.FPS", "10")),
            bit_rate=self.store.integer(f"{prefix}.Video.BitRate", 1024),
            codec=self.store.text(f"{prefix}.Video.Compression", "H.264"),
            audio=self.store.flag(f"{prefix}.AudioEnable"),
        )

    @property
    def extra_streams(self) -> int:
        """How many sub streams a channel has."""
        return int(self.profile.products.get("MaxExtraStream", "1"))

    def snapshot_size(self, channel: int) -> tuple[int, int]:
        """Return the width and height of a still."""
        prefix = f"Encode[{channel}].SnapFormat[0].Video"
        return (
            self.store.integer(f"{prefix}.Width", 1280),
            self.store.integer(f"{prefix}.Height", 720),
        )

    async def still(self, channel: int) -> bytes:
        """Return what a sensor sees as a JPEG, drawn apart from the event loop."""
        view, size = self.view(channel), self.snapshot_size(channel)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.painter, picture.jpeg, view, size)

    def change_time(self, local: datetime) -> None:
        """Set the wall clock and tell everybody who listens."""
        before = self.clock.now()
        self.clock.set(local)
        printed = {"BeforeModifyTime": f"{before:%F %T}", "ModifiedTime": f"{local:%F %T}"}
        self.hub.emit(Event("TimeChange", "Pulse", 0, printed))

    async def stop(self) -> None:
        """End what runs by itself."""
        await self.hub.stop()
        self.painter.shutdown(cancel_futures=True)

    def has_channel(self, channel: int) -> bool:
        """Tell whether a channel, counted from 0, exists."""
        return 0 <= channel < len(self.hardware)

    def read(self, name: str) -> list[tuple[str, str]]:
        """Return a table as a client gets to see it, which may be older than the truth."""
        rows, remembered = self.store.read(name), self._remembered
        if self.faults.take("stale_reads", lambda fault: _hits(fault, name)):
            return [(key, remembered.get(key, value)) for key, value in rows]
        return rows

    def write(self, pairs: list[tuple[str, str]]) -> None:
        """Write pairs as a client does; some of them may go nowhere."""
        fault = self.faults.take(
            "ignore_writes", lambda fault: any(_hits(fault, key) for key, _ in pairs)
        )
        if fault:
            pairs = [(key, value) for key, value in pairs if not _hits(fault, key)]
        self.store.write(pairs)
        self._note_write(*(top_name(key) for key, _ in pairs))

    def _note_write(self, *tables: str) -> None:
        """Start the encoders anew where their table was written and the firmware has to."""
        seconds = self.profile.switches.encoder_restart_seconds
        if seconds and "Encode" in tables:
            self.encoding_from = time.monotonic() + seconds
            self.end_streams()

    @property
    def encoding(self) -> bool:
        """Whether the encoders run; they do not while they start anew."""
        return time.monotonic() >= self.encoding_from

    def replace(self, prefix: str, rows: Tables) -> None:
        """Put a whole table, or a part of one, in the place of the old one."""
        if self.faults.take("ignore_writes", lambda fault: _hits(fault, prefix)) is None:
            self.store.replace(prefix, rows)
            self._note_write(top_name(prefix))

    def visible(self, channel: int) -> dict[int, Appearance]:
        """Return who appears to a sensor, and where, by the actors' numbers."""
        lens = self.lenses.get(channel)
        zoom = lens.zoom if lens else 0.0
        wide = self.hardware[channel].wide
        looks = {
            number: appearance(actor, wide=wide, zoom=zoom)
            for number, actor in self.scene.actors.items()
        }
        return {number: look for number, look in looks.items() if look}

    def _target_age(self, channel: int) -> float:
        """Return for how many seconds no person or vehicle has been in view."""
        now = time.monotonic()
        actors = self.scene.actors
        if any(actors[number].kind in TARGETS for number in self.visible(channel)):
            self._last_target[channel] = now
        return now - self._last_target.get(channel, -math.inf)

    def _on_fault(self, name: str, parameters: Parameters | None) -> None:
        match name:
            case "clock_skew":
                self.clock.skew = timedelta(seconds=parameters["seconds"] if parameters else 0)
            case "warming_up":
                self.warm_at = time.monotonic() + parameters["seconds"] if parameters else 0.0
            case "stale_reads":
                self._remembered = self.store.dump() if parameters else {}
            case "one_shot_nonce" | "sha256_only" | "stale_nonce":
                self.logins.guard.settings = self._digest_settings()
            case "lock_account":
                if parameters:
                    self.logins.lock(parameters["seconds"])
                else:
                    self.logins.unlock()

    def _digest_settings(self) -> DigestSettings:
        settings = self.profile.digest
        if one_shot := self.faults.active("one_shot_nonce"):
            settings = replace(settings, one_shot=True, tells_stale=one_shot["told"])
        if self.faults.active("sha256_only"):
            settings = replace(settings, algorithms=("SHA-256",))
        if stale := self.faults.active("stale_nonce"):
            settings = replace(settings, stale_seconds=stale["seconds"], tells_stale=stale["told"])
        return settings


def _hits(fault: Parameters, key: str) -> bool:
    """Tell whether a key is in the table that a fault is about; without a name, in any."""
    return fault["table"] in ("", top_name(key))
