"""How soon an event is a state, and what that costs, in real Home Assistants.

They are alike but for what follows the camera: this integration, the thirty lines of the floor,
those with as many of Home Assistant's entities, and its own integration for such cameras. Each
has a camera to itself; they take turns. The time is that from the camera's write to the change of
the state, the CPU that of the whole process, with its recorder and with a page that shows all
states.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import aiohttp

from . import installations
from .cameras import Cameras, opened_cameras
from .installations import Install, Installed
from .measure import Aim, Row
from .processes import cpu_seconds
from .watching import Delay, Watch, delays, watching

SUBJECT = "event to state"
_FLOOR, _PEER = "floor in Home Assistant", "amcrest in Home Assistant"
_FULL_FLOOR = "floor with the same entities"
_INSTALLS: dict[str, Install] = {
    "ours": installations.ours,
    _FLOOR: installations.floor,
    _FULL_FLOOR: partial(installations.floor, entities=True),
    _PEER: installations.amcrest,
}
_ONCE = (_FULL_FLOOR, _PEER)
# Events a second, and how many in each of the rounds.
_RATES = ((10.0, 60), (50.0, 300), (1000.0, 2000))
_ROUNDS, _MANY_ROUNDS = 2, 6
_WARMING = (50.0, 100)
_ARRIVAL_SECONDS = 60.0
# The recorder commits what is left every five seconds.
_SETTLING_SECONDS = 6.0
_STATES = ("on", "off")


@dataclass
class Result:
    """What was seen of one contestant at one rate."""

    sent: int = 0
    delays: list[Delay] = field(default_factory=list)
    cpu: float = 0.0
    writes: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> int:
        """How many events never were a state."""
        return self.sent - len(self.delays)

    @property
    def to_state(self) -> list[float]:
        """After how many milliseconds each event was a state."""
        return [delay.to_state for delay in self.delays]

    @property
    def to_page(self) -> list[float]:
        """After how many milliseconds a page knew of each."""
        return [delay.to_page for delay in self.delays]


@dataclass(frozen=True, slots=True)
class Contestant:
    """One of those who take turns, and its camera."""

    number: int
    installed: Installed
    watch: Watch

    async def follow(self, cameras: Cameras, rate: float, count: int, result: Result) -> None:
        """Add one round to a result."""
        pid, motion = self.installed.running.pid, self.installed.motion
        self.watch.clear()
        cpu = cpu_seconds(pid)
        (written,) = await cameras.play(rate, count, [self.number])
        with suppress(TimeoutError):
            async with asyncio.timeout(_ARRIVAL_SECONDS):
                while self.watch.mentions(motion) < count:
                    await asyncio.sleep(0.2)
        await asyncio.sleep(_SETTLING_SECONDS)
        result.cpu += cpu_seconds(pid) - cpu
        sent = [(_STATES[n % len(_STATES)], at) for n, at in enumerate(written)]
        result.sent += len(sent)
        result.delays += delays(sent, self.watch.taken(motion))
        result.writes += self.watch.writes()


async def measure(*, long: bool) -> list[Row]:
    """Return the rows of all rates."""
    rows = []
    rounds = _MANY_ROUNDS if long else _ROUNDS
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dahua-camera-bench-")))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        opening = opened_cameras(len(_INSTALLS), folder, session)
        cameras = await stack.enter_async_context(opening)
        contestants = {}
        for number, (name, install) in enumerate(_INSTALLS.items()):
            place = folder / f"home-assistant-{number}"
            installing = install(place, cameras.all[number], session)
            installed = await stack.enter_async_context(installing)
            watch = await stack.enter_async_context(watching(installed.running.api))
            contestants[name] = Contestant(number, installed, watch)
        # What is done for the first time takes longer, here as there.
        for contestant in contestants.values():
            await contestant.follow(cameras, *_WARMING, Result())
        for rate, count in _RATES:
            results = {name: Result() for name in contestants}
            for turn in range(rounds):
                for name, contestant in contestants.items():
                    if turn == 0 or name not in _ONCE:
                        await contestant.follow(cameras, rate, count, results[name])
            rows += _rows(rate, results)
    return rows


def _rows(rate: float, results: Mapping[str, Result]) -> list[Row]:
    subject = f"{SUBJECT}, {rate:.0f}/s"
    ours = results["ours"]
    in_time, in_cpu = Aim(1.1, of="ratio"), Aim(1.2, of="ratio")
    rows = []

    def add(measure: str, of: Callable[[Result], float], unit: str, aim: Aim | None = None) -> None:
        for name, result in results.items():
            if result is not ours:
                aimed = aim if name == _FLOOR else None
                rows.append(Row(subject, measure, of(ours), unit, name, of(result), aimed))

    add("written: median", lambda each: median(each.to_state), "ms")
    add("written: 99th percentile", lambda each: _p99(each.to_state), "ms")
    add("on the page: median", lambda each: median(each.to_page), "ms", in_time)
    add("on the page: 99th percentile", lambda each: _p99(each.to_page), "ms", in_time)
    add("CPU for each state", lambda each: each.cpu * 1e3 / each.writes.total(), "ms", in_cpu)
    add("CPU for each event", lambda each: each.cpu * 1e3 / each.sent, "ms")
    add("states for each event", lambda each: each.writes.total() / each.sent, "states")
    rows.append(Row(subject, "lost", ours.lost, "events", aim=Aim(0)))
    return rows


def _p99(values: list[float]) -> float:
    """Return what one of a hundred exceeds."""
    return quantiles(values, n=100)[98]
