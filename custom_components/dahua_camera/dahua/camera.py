"""DahuaCamera: what a camera is, what it is set to, and the verbs that change it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from . import illumination, picture, profiles, rules
from .errors import MalformedResponseError, NotSupportedError, WriteNotAppliedError
from .http import CONFIG_MANAGER, CameraHttp, counted_from_one
from .probe import PROFILE_TABLE, probe
from .state import CameraInfo, CameraState, ChannelInfo, ChannelState, DayNight, Emitter, Plan
from .stills import Stills
from .table_reader import TableReader
from .tables import Node, child, leaf, parse_lines, set_config_query, table_of
from .turnstile import Priority

type Profiles = tuple[int, ...]

# A camera's clock drifts slowly and is set seldom: reading it this often is enough.
_CLOCK_INTERVAL = timedelta(hours=1)
# The second time is for what somebody else changed since the last poll.
_TRIES = 2


class DahuaCamera:
    """One camera with all its sensors, made by `connect`.

    All methods raise the errors of `errors`. `state` is what was last read.
    """

    def __init__(self, http: CameraHttp, reader: TableReader, info: CameraInfo) -> None:
        self.http = http
        self.info = info
        self.state = CameraState()
        self._reader = reader
        self._clock_offset: timedelta | None = None
        self._clock_read: datetime | None = None
        self._command = asyncio.Lock()
        self._stills = Stills(http)

    @classmethod
    async def connect(cls, http: CameraHttp) -> DahuaCamera:
        """Log in and find out what the camera is and can do."""
        reader = TableReader(http)
        return cls(http, reader, await probe(http, reader))

    async def close(self) -> None:
        """End what is still on its way; the session stays the caller's."""
        await self._stills.close()

    # What the camera is set to.

    async def read(self) -> CameraState:
        """Read all that the camera is set to."""
        found = await self._reader.read(self.info.tables)
        if missing := [name for name in self.info.tables if name not in found]:
            raise MalformedResponseError(f"the camera left out {', '.join(missing)}")
        self._interpret()
        if any(
            channel.mode.mode == profiles.ProfileMode.SCHEDULE for channel in self.state.channels
        ):
            await self._read_clock()
        return self.state

    async def _read_clock(self) -> None:
        """Learn the camera's wall clock, on which its schedule depends."""
        now = datetime.now(UTC)
        if self._clock_read is not None and now - self._clock_read < _CLOCK_INTERVAL:
            return
        try:
            answer = await self.http.get_text("global.cgi", "action=getCurrentTime")
            told = datetime.fromisoformat(dict(parse_lines(answer)).get("result", "").strip())
        except NotSupportedError, ValueError:
            self._clock_offset = None
        else:
            self._clock_offset = told.replace(tzinfo=UTC) - now
        self._clock_read = now
        self._interpret()

    def _interpret(self) -> None:
        self.state = CameraState(
            channels=tuple(_interpret_channel(c, self._reader.latest) for c in self.info.channels),
            clock_offset=self._clock_offset,
        )

    def profiles_in_force(self, channel: int) -> Profiles:
        """Return the image profiles of a channel that may be in force now."""
        mode = self.state.channels[channel].mode
        return profiles.possible_profiles(mode, self.state.camera_time(datetime.now(UTC)))

    def is_lit(self, channel: int, emitter: Emitter) -> bool | None:
        """Tell whether an emitter burns; None where that is the camera's own decision."""
        state = self.state.channels[channel]
        return illumination.is_lit(state, emitter, self.profiles_in_force(channel))

    def day_night(self, channel: int) -> DayNight | None:
        """Return what decides between colour and black and white; None if profiles differ."""
        state = self.state.channels[channel]
        return picture.day_night(state, self.profiles_in_force(channel))

    async def active_channels(self, code: str) -> set[int]:
        """Return the channels on which the camera itself lists an event code as active."""
        query = f"action=getEventIndexes&code={quote(code, safe='')}"
        answer = await self.http.get_text("eventManager.cgi", query)
        return {int(value) for _, value in parse_lines(answer) if value.strip().isdecimal()}

    # Pictures.

    async def still(self, channel: int) -> bytes:
        """Return a JPEG of a sensor, at most a second old."""
        return await self._stills.get(channel)

    def rtsp_url(self, channel: int, subtype: int, port: int | None = None) -> str:
        """Return the address of a stream; it holds the password."""
        login, host = self.http.login, self.http.address.host
        user = f"{quote(login.username, safe='')}:{quote(login.password, safe='')}"
        place = f"[{host}]" if ":" in host else host
        return (
            f"rtsp://{user}@{place}:{port or self.info.rtsp_port}/cam/realmonitor"
            f"?channel={counted_from_one(channel)}&subtype={subtype}"
        )

    # Commands: planned, written, read back and compared.

    async def set_light(self, channel: int, emitter: Emitter, on: bool) -> None:
        """Light an emitter, or make it dark, in every profile that may be in force."""
        plan = illumination.plan_on if on else illumination.plan_off
        await self._carry_out(
            channel,
            lambda state, possible: plan(state, emitter, possible),
            lambda state, possible: illumination.is_lit(state, emitter, possible) is on,
        )

    async def set_day_night(self, channel: int, wanted: DayNight) -> None:
        """Choose colour, black and white or automatic in every profile that may be in force."""
        await self._carry_out(
            channel,
            lambda state, possible: picture.plan_day_night(state, wanted, possible),
            lambda state, possible: picture.day_night(state, possible) is wanted,
        )

    async def _carry_out(
        self,
        channel: int,
        make_plan: Callable[[ChannelState, Profiles], Plan],
        is_achieved: Callable[[ChannelState, Profiles], bool],
    ) -> None:
        """Make a wish true, one command at a time; WriteNotAppliedError where it stays unmet."""
        async with self._command:
            plan: Plan = ()
            for _ in range(_TRIES):
                plan = make_plan(self.state.channels[channel], self.profiles_in_force(channel))
                for writes in plan:
                    await self._write(writes)
                await self._read_back(plan)
                if is_achieved(self.state.channels[channel], self.profiles_in_force(channel)):
                    return
            raise WriteNotAppliedError(self._reason(plan))

    async def _write(self, writes: Mapping[str, str]) -> None:
        query = set_config_query(writes)
        try:
            answer = await self.http.get_text(CONFIG_MANAGER, query, priority=Priority.COMMAND)
        except NotSupportedError as error:
            raise WriteNotAppliedError(f"the camera refuses to change it ({error})") from error
        if answer.strip().upper() != "OK":
            raise WriteNotAppliedError("the camera did not confirm the change")

    async def _read_back(self, plan: Plan) -> None:
        """Read what a plan has touched; an empty one is checked against all tables."""
        touched = dict.fromkeys(table_of(key) for writes in plan for key in writes)
        await self._reader.read(touched or self.info.tables, Priority.COMMAND)
        self._interpret()

    def _reason(self, plan: Plan) -> str:
        """Say what keeps a wish from coming true."""
        for writes in plan:
            for key, value in writes.items():
                if leaf(self._reader.latest, key) != value:
                    return f"the camera said OK but left {key} as it was"
        return "the camera's other settings do not let it take effect"


def _interpret_channel(info: ChannelInfo, tables: Node) -> ChannelState:
    """Make one channel's state of the tables."""
    channel = info.index

    def row(table: str) -> Node:
        return child(tables, table, channel)

    if illumination.TABLE in tables:
        lights = illumination.parse_lights(channel, row(illumination.TABLE))
    else:
        only = next(iter(info.emitters), Emitter.INFRARED)
        legacy = row(illumination.LEGACY_TABLE)
        lights = illumination.parse_legacy_lights(channel, legacy, only)
    if picture.TABLE in tables:
        day_night = picture.parse_day_night(channel, row(picture.TABLE))
    else:
        day_night = picture.parse_legacy_day_night(channel, row(picture.LEGACY_TABLE))
    return ChannelState(
        mode=profiles.parse_video_in_mode(row(PROFILE_TABLE)),
        lights={emitter: rows for emitter, rows in lights.items() if emitter in info.emitters},
        schemes=illumination.parse_schemes(channel, row(illumination.SCHEME_TABLE)),
        day_night=day_night,
        motion=rules.parse_motion(row(rules.MOTION_TABLE)),
        rules=rules.parse_rules(row(rules.RULE_TABLE)),
        scenes=rules.parse_scenes(row(rules.SCENE_TABLE)),
    )
