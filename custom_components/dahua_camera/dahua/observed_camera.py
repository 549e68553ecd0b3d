"""What a camera is set to, read as far as somebody looks at it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from . import profiles
from .channel import Channel
from .clock import Clock
from .errors import AnotherCameraError, DahuaError, LoginError, MalformedResponseError
from .http import CameraHttp
from .identity import recognize
from .interpretation import (
    MASTER_TABLES,
    PROFILE_TABLES,
    interpret,
    keeps,
    missing_topics,
    replaced_tables,
    tables_for,
)
from .lens import Lens, status_question
from .state import CameraInfo, CameraState, ChannelState, LensState
from .storage import QUESTION, StorageDevice
from .table_reader import TableReader
from .tables import Node
from .topics import Shown, Topic

# So that a poll stays at two requests, whatever there is to ask.
_BESIDES_A_POLL = 1
# How long a command may take, and how far a camera's clock, told in whole seconds, is mistaken.
_ON_THE_WAY = timedelta(seconds=5)

type _Questions = dict[Hashable, Callable[[], Awaitable[object]]]


class ObservedCamera:
    """One camera and what is known of it.

    `state` is what was last read, and `reader.latest` the tables it was made of. What it does
    not tell any more stays as it was last known, and `is_told` says so.
    """

    def __init__(self, http: CameraHttp, reader: TableReader, info: CameraInfo) -> None:
        self.http = http
        self.info = info
        self.reader = reader
        self.clock = Clock(http)
        self.storage = StorageDevice(http, info.answers.get(QUESTION) if info.has_storage else None)
        self.on_change: Callable[[], None] = lambda: None
        """Called when `state` changes while a motor is followed."""
        self._lens_states: dict[int, LensState] = {}
        self._lenses = {
            channel.index: Lens(
                http,
                channel.index,
                partial(self._note_lens, channel.index),
                info.answers.get(status_question(channel.index)),
            )
            for channel in info.channels
            if channel.has_lens
        }
        self.has_new_firmware = False
        """Whether two polls found another firmware than when the camera told what it can do."""
        self._new_firmware: str | None = None
        self._is_fresh = True
        self.is_doubted = False
        """Whether the next poll makes sure who answers; after an absence it may be another."""
        self._was_renewed = False
        self._errands: _Questions = {}
        self._turns: dict[Hashable, int] = {}
        self._count = count()
        self._tables: Node | None = None
        self._channels: tuple[ChannelState, ...] = ()
        self.state = CameraState()
        self._interpret()

    async def read(self, shown: Collection[Shown] | None = None) -> CameraState:
        """Read what the camera is set to, as far as it is shown; all of it by default.

        The first time, that is what was read to find out what the camera is. Raises
        AnotherCameraError where that one does not answer any more.
        """
        retried = self.reader.spoilers.copy()
        most = None
        if self._is_fresh:
            self._is_fresh = False
        else:
            try:
                most = await self._poll_tables(shown, retried)
            except DahuaError:
                self.is_doubted = True
                raise
            await self._recognize()
        self._interpret()
        await self._ask_besides(shown, retried, most)
        return self.state

    @property
    def denied(self) -> set[str]:
        """The tables that the account may not read.

        Some firmware says so of those that it does not know: one that has a stand-in is none.
        """
        return self.reader.denied - replaced_tables(self.info.tables)

    @property
    def is_costly(self) -> bool:
        """Whether each table that is read takes a login of its own, and so a connection mostly."""
        return self.reader.several_at_once is False and self.http.login.nonces_serve_once

    async def _poll_tables(self, shown: Collection[Shown] | None, absent: Collection[str]) -> int:
        """Read the tables that are shown; return how much may be asked besides in this poll.

        That is nothing where the login had to be renewed, unless that happens each time, or a
        table is absent and may have come back.
        """
        renewed, was_renewed = self.http.login.renewed, self._was_renewed
        tables = tables_for(_topics(shown), self.info.tables)
        found = await self.reader.poll(name for name in tables if name not in absent)
        if not found:
            self.reader.spoilers.clear()
            raise MalformedResponseError("the camera left out all tables")
        self._was_renewed = self.http.login.renewed > renewed
        if self._was_renewed and not (was_renewed or absent):
            return 0
        return _BESIDES_A_POLL

    async def _recognize(self) -> None:
        """Find out who has answered, where that is in doubt; what is not told stays so."""
        if not self.is_doubted:
            return
        try:
            firmware = await recognize(self.http, self.info)
        except LoginError, AnotherCameraError:
            raise
        except DahuaError:
            return
        # Right after a restart it may not know yet what it can do.
        self.has_new_firmware = firmware is not None and firmware == self._new_firmware
        self._new_firmware = firmware
        self.is_doubted = firmware is not None

    async def read_besides(self, shown: Collection[Shown] | None = None) -> None:
        """Read what is shown and in no table."""
        await self._ask_besides(shown, frozenset(), None)

    async def ask_in_turn(self, key: Hashable, question: Callable[[], Awaitable[object]]) -> None:
        """Have a poll ask something once, when that has its turn; raises what the question does.

        Returns while that poll is under way, which has read the tables by then.
        """
        answered = asyncio.get_running_loop().create_future()

        async def ask() -> None:
            try:
                await question()
            except DahuaError as error:
                if not answered.done():
                    answered.set_exception(error)
                raise
            if not answered.done():
                answered.set_result(None)

        self._errands[key] = ask
        try:
            await answered
        finally:
            del self._errands[key]

    async def _ask_besides(
        self, shown: Collection[Shown] | None, absent: Collection[str], most: int | None
    ) -> None:
        """Ask no more than so many of the things that are due.

        They have their turns: what was never asked comes first, and then what waits longest.
        """
        due = self._due(shown, absent)
        for key in sorted(due, key=lambda key: self._turns.get(key, -1))[:most]:
            self._turns[key] = next(self._count)
            try:
                await due[key]()
            except LoginError:
                raise
            except DahuaError:
                # What is not in the tables does not take down what is.
                if isinstance(key, Shown) and key.channel is not None:
                    self._lens_states.pop(key.channel, None)
        self._interpret()

    def _due(self, shown: Collection[Shown] | None, absent: Collection[str]) -> _Questions:
        """Return what there is to ask besides the tables, and how."""
        topics = _topics(shown)
        due: _Questions = {
            name: partial(self.reader.poll, [name])
            for name in tables_for(topics, self.info.tables)
            if name in absent
        }
        if self.clock.is_due and any(
            channel.mode.mode == profiles.ProfileMode.SCHEDULE for channel in self.state.channels
        ):
            due[Clock] = self.clock.refresh
        if self.storage.is_due and Topic.STORAGE in topics:
            due[Topic.STORAGE] = self.storage.read
        for channel, lens in self._lenses.items():
            place = Shown(Topic.LENS, channel)
            if shown is None or place in shown:
                due[place] = lens.read
        return due | self._errands

    def _note_lens(self, channel: int, state: LensState) -> None:
        if self._lens_states.get(channel) != state:
            self._lens_states[channel] = state
            self._interpret()
            self.on_change()

    def _interpret(self) -> None:
        """Make the state of what was read last."""
        # Where it is not known what chooses the profile, nothing is guessed from the past.
        lost = self.reader.missing & PROFILE_TABLES
        kept = set(self.info.tables) - lost
        tables: Node = {n: table for n, table in self.reader.latest.items() if n in kept}
        # Taken over even where they say the same, so that nothing is kept twice.
        before, self._tables = self._tables, tables
        if tables != before:
            self._channels = tuple(interpret(info, tables) for info in self.info.channels)
        state = CameraState(
            channels=tuple(
                replace(channel, lens=self._lens_states.get(info.index))
                for info, channel in zip(self.info.channels, self._channels, strict=True)
            ),
            clock_offset=self.clock.offset,
            storage=self.storage.state,
            missing=missing_topics(self.reader.missing, self.info.tables),
        )
        self.state = replace(
            state,
            profiles=tuple(_possible_profiles(state, info.index) for info in self.info.channels),
        )

    def is_told(self, shown: Shown) -> bool:
        """Tell whether the camera told something when it was last asked."""
        match shown:
            case Shown(Topic.LENS, int(channel)):
                return self.state.channels[channel].lens is not None
            case Shown(Topic.STORAGE):
                return self.state.storage is not None
        return shown.topic not in self.state.missing

    def has_told(self, topic: Topic) -> bool:
        """Tell whether anything is known of a topic, be it what was told some time ago."""
        return keeps(topic, self.info.tables)

    def channel(self, channel: int) -> Channel:
        """Return a sensor as it was last read."""
        possible = _possible_profiles(self.state, channel)
        return Channel(self.info.channels[channel], self.state.channels[channel], possible)

    def commanded_channel(self, channel: int) -> Channel:
        """Return a sensor with the profiles as well that come while a command is on its way."""
        now = self.channel(channel)
        soon = _possible_profiles(self.state, channel, _ON_THE_WAY)
        return replace(now, profiles=tuple(dict.fromkeys(now.profiles + soon)))

    @property
    def master_tables(self) -> list[str]:
        """The tables that decide whether what the others say takes effect."""
        return [name for name in self.info.tables if name in MASTER_TABLES]

    def follow_switch_mode(self) -> None:
        """Take it from the legacy table, from now on, what chooses the profile."""
        others = [name for name in self.info.tables if name != profiles.TABLE]
        tables = dict.fromkeys([*others, profiles.LEGACY_TABLE])
        self.info = replace(self.info, tables=tuple(tables))
        self._interpret()

    def until_profile_change(self) -> timedelta | None:
        """Return after how long a schedule may bring another profile; None where none will."""
        now = self.state.camera_time(datetime.now(UTC))
        if now is None:
            return None
        waits = (profiles.until_change(channel.mode, now) for channel in self.state.channels)
        return min((wait for wait in waits if wait is not None), default=None)

    def lens(self, channel: int) -> Lens:
        """Return the motorised lens of a sensor that has one."""
        return self._lenses[channel]


def _possible_profiles(
    state: CameraState, channel: int, ahead: timedelta = timedelta()
) -> tuple[int, ...]:
    """Return the profiles that may be in force on a sensor now, or a while ahead."""
    mode = state.channels[channel].mode
    return profiles.possible_profiles(mode, state.camera_time(datetime.now(UTC) + ahead))


def _topics(shown: Collection[Shown] | None) -> set[Topic]:
    """Return what is looked at, wherever."""
    return set(Topic) if shown is None else {each.topic for each in shown}
