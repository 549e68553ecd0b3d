"""Named sequences: who passes through the scene, and when."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
import tomllib
from typing import Any

from .detector import Detector
from .event_stream import Event
from .machine import Machine
from .view import Actor, ActorKind

RECORDED = "recorded"
"""The sequence of what was heard of the camera that this one plays."""

_LOOK_SECONDS = 0.05
_SHORTEST_LOOK = 0.005
_SECONDS_BETWEEN_RECORDED = 0.5
_LONGEST_STEP = 0.15


class UnknownScenarioError(LookupError):
    """There is no sequence of that name."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One passer-by: who, and the part of the way covered in how many seconds."""

    actor: Actor
    delay: float
    seconds: float
    begin: float
    end: float

    def at(self, moment: float) -> Actor | None:
        """Return the passer-by so many seconds into the scenario; None when not there."""
        part = (moment - self.delay) / self.seconds
        if not 0 <= part <= 1:
            return None
        actor = self.actor
        progress = self.begin + (self.end - self.begin) * part
        return Actor(actor.kind, progress, actor.leftwards, actor.color, actor.plate)


def _passage(entry: Mapping[str, Any]) -> Passage:
    return Passage(
        actor=Actor(
            kind=ActorKind(entry["kind"]),
            progress=0.0,
            leftwards=entry.get("leftwards", False),
            color=entry.get("color", "silver"),
            plate=entry.get("plate", ""),
        ),
        delay=entry.get("delay", 0.0),
        seconds=entry["seconds"],
        begin=entry.get("from", 0.0),
        end=entry.get("to", 1.0),
    )


def _load() -> dict[str, tuple[Passage, ...]]:
    document = tomllib.loads((Path(__file__).parent / "scenarios.toml").read_text())
    return {name: tuple(_passage(entry) for entry in entries) for name, entries in document.items()}


class Scenarios:
    """Plays sequences, several at a time if need be, while one detector watches."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._detector = Detector(machine)
        self._known = _load()
        self._numbers = count()
        self._watch: asyncio.Task[None] | None = None
        self._look_seconds = _LOOK_SECONDS

    @property
    def names(self) -> list[str]:
        """The names of all sequences."""
        return sorted([*self._known, RECORDED] if self._recorded else self._known)

    @property
    def _recorded(self) -> tuple[Event, ...]:
        """What was heard of the real camera: all that begins, then all that ends."""
        return tuple(sorted(self._machine.profile.events_heard, key=lambda e: e.action == "Stop"))

    def seconds(self, name: str) -> float:
        """Return how long a sequence takes at its own speed."""
        if name == RECORDED:
            return len(self._recorded) * _SECONDS_BETWEEN_RECORDED
        return max(passage.delay + passage.seconds for passage in self._known[name])

    def check(self, name: str, speed: float) -> None:
        """Raise UnknownScenarioError or ValueError for what cannot be played."""
        if name not in self.names:
            raise UnknownScenarioError(name)
        if not 0 < speed <= 100:
            message = f"speed {speed} is outside 0…100"
            raise ValueError(message)

    async def play(self, name: str, *, speed: float = 1.0) -> None:
        """Play a sequence; returns when all that it set off has ended as well."""
        self.check(name, speed)
        if name == RECORDED:
            await self._replay(_SECONDS_BETWEEN_RECORDED / speed)
            return
        self._detector.hurry = speed
        self._look_seconds = max(_LOOK_SECONDS / speed, _SHORTEST_LOOK)
        passages = {next(self._numbers): passage for passage in self._known[name]}
        try:
            async for moment in self._moments(self.seconds(name), speed):
                for number, passage in passages.items():
                    self._place(number, passage.at(moment))
                self._detector.look()
        finally:
            for number in passages:
                self._place(number, None)
        self._watch_on()
        if self._watch:
            await asyncio.shield(self._watch)

    async def _moments(self, seconds: float, speed: float) -> AsyncIterator[float]:
        """Yield the moments of a sequence, so close that nobody is overlooked on a busy host."""
        loop = asyncio.get_running_loop()
        moment, before = 0.0, loop.time()
        while moment <= seconds:
            yield moment
            await asyncio.sleep(self._look_seconds)
            now = loop.time()
            moment += min((now - before) * speed, _LONGEST_STEP)
            before = now

    async def _replay(self, pause: float) -> None:
        for event in self._recorded:
            self._machine.hub.emit(event)
            await asyncio.sleep(pause)

    async def stop(self) -> None:
        """End the watch."""
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)

    def _place(self, number: int, actor: Actor | None) -> None:
        if actor is None:
            self._machine.scene.actors.pop(number, None)
        else:
            self._machine.scene.actors[number] = actor

    def _watch_on(self) -> None:
        """Keep looking until all that was set off has calmed down."""
        if self._watch is None or self._watch.done():
            self._watch = asyncio.get_running_loop().create_task(self._keep_watch())

    async def _keep_watch(self) -> None:
        while True:
            self._detector.look()
            if not self._machine.scene.actors and not self._detector.busy:
                return
            await asyncio.sleep(self._look_seconds)
