"""DahuaCamera: what a camera is, what it is set to, and the verbs that change it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

from . import exposure, illumination, picture, rules
from .address import stream_url
from .channel import Channel
from .errors import DahuaError, Obstacle, WriteNotAppliedError
from .http import CameraHttp
from .interpretation import tables_for
from .layers import is_any
from .observed_camera import ObservedCamera
from .priority_lock import Priority
from .probe import probe
from .profile_choice import Note, ProfileChoice
from .rtsp_check import LivePicture, check_live_picture
from .state import (
    CameraInfo,
    Control,
    DayNight,
    Emitter,
    ImageProfile,
    Plan,
    Scheme,
    Shutter,
)
from .stills import Stills
from .table_reader import TableReader
from .tables import by_table, parse_lines
from .topics import Topic
from .writer import Writer, expect_ok

# The second time is for what somebody else changed since the last poll.
_TRIES = 2


class DahuaCamera(ObservedCamera):
    """One camera with all its sensors, made by `connect`.

    All methods raise the errors of `errors`.
    """

    def __init__(self, http: CameraHttp, reader: TableReader, info: CameraInfo) -> None:
        super().__init__(http, reader, info)
        self.stills_asked = 0
        self._command = asyncio.Lock()
        self._stills = Stills(http)
        self._writer = Writer(http, reader)
        self._profile_choice = ProfileChoice(self, self._writer, self._write)

    @classmethod
    async def connect(cls, http: CameraHttp, serial: str | None = None) -> DahuaCamera:
        """Log in and find out what the camera is and can do.

        Raises AnotherCameraError where that one's serial number is not `serial`.
        """
        reader = TableReader(http)
        return cls(http, reader, await probe(http, reader, serial))

    async def close(self) -> None:
        """End what is still on its way; the session stays the caller's."""
        await self._stills.close()

    async def active_channels(self, code: str) -> set[int]:
        """Return the channels on which the camera itself lists an event code as active."""
        query = f"action=getEventIndexes&code={quote(code, safe='')}"
        answer = await self.http.get_text("eventManager.cgi", query)
        return {int(value) for _, value in parse_lines(answer) if value.strip().isdecimal()}

    # Pictures.

    async def still(
        self, channel: int, *, fresh: bool = False, priority: Priority = Priority.POLL
    ) -> bytes:
        """Return a JPEG of a sensor, at most a second old, or one that is taken from now on."""
        self.stills_asked += 1
        return await self._stills.get(channel, fresh=fresh, priority=priority)

    def rtsp_url(
        self, channel: int, subtype: int, port: int | None = None, *, with_login: bool = True
    ) -> str:
        """Return the address of a stream; with the login it holds the password."""
        login, host = self.http.login, self.http.address.host
        user = f"{quote(login.username, safe='')}:{quote(login.password, safe='')}@"
        return stream_url(
            host, port or self.info.rtsp_port, channel, subtype, user if with_login else ""
        )

    async def prove_login(self) -> None:
        """Have a login accepted, whatever is answered besides; raises why none was."""
        login = self.http.login
        accepted_before = login.accepted
        try:
            await self.http.get_text("magicBox.cgi", "action=getSystemInfo")
        except DahuaError:
            if login.accepted == accepted_before:
                raise

    async def check_live_picture(self, port: int | None = None) -> LivePicture:
        """Tell what keeps the live picture away; that takes a login, which counts as any other.

        Raises why a login is not to be tried now.
        """
        host, login = self.http.address.host, self.http.login
        return await check_live_picture(host, port or self.info.rtsp_port, login)

    # Commands: planned, written, read back and compared.

    async def light(self, channel: int, emitter: Emitter, level: int | None = None) -> None:
        """Light an emitter in every profile that may be in force, as bright as set by default."""
        await self._carry_out(
            channel,
            lambda now: illumination.plan_on(now.state, emitter, now.profiles, level),
            lambda now: now.is_lit(emitter) is True,
        )

    async def keep_lit(self, channel: int, emitter: Emitter, level: int | None = None) -> None:
        """Light an emitter in the profiles as well that a schedule will bring."""
        await self._carry_out(
            channel,
            lambda now: illumination.plan_on(now.state, emitter, now.coming_profiles, level),
            lambda now: now.is_lit(emitter) is True,
        )

    async def darken(self, channel: int, emitter: Emitter) -> None:
        """Make an emitter dark in every profile that may be in force."""
        await self._carry_out(
            channel,
            lambda now: illumination.plan_off(now.state, emitter, now.profiles),
            lambda now: now.is_lit(emitter) is False,
        )

    async def preview(
        self, channel: int, make_plan: Callable[[Channel], Plan]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return what a plan would replace, and by what: values by their keys."""
        async with self._command:
            # What no entity shows is not polled.
            topics = (Topic.LIGHT, Topic.DAY_NIGHT, Topic.SHUTTER)
            await self.reader.read(tables_for(topics, self.info.tables), Priority.COMMAND)
            self._interpret()
            plan = make_plan(self.commanded_channel(channel))
            written = {key: value for writes in plan for key, value in writes.items()}
            return self._writer.latest(written), written

    async def put_back(self, before: Mapping[str, str], ours: Mapping[str, Iterable[str]]) -> None:
        """Write old values back, where the camera holds one that is ours and no other."""
        async with self._command:
            now = await self._writer.values(before)
            left = {key for key in now if is_any(key, now[key], ours[key])}
            plan = by_table({k: v for k, v in before.items() if k in left and v != now[k]})
            await self._write(plan)
            if key := self._writer.ignored(plan):
                raise WriteNotAppliedError(Obstacle.IGNORED, key)

    async def set_light_level(self, channel: int, emitter: Emitter, level: int) -> None:
        """Set how bright an emitter burns when it is on, 0 to 100."""
        await self._carry_out(
            channel,
            lambda now: illumination.plan_level(now.state, emitter, level, now.profiles),
            lambda now: now.light_level(emitter) == level,
        )

    async def set_light_control(self, channel: int, emitter: Emitter, wanted: Control) -> None:
        """Choose what drives an emitter.

        Kept even where the scheme lets it have no effect; then WriteNotAppliedError says so.
        """
        await self._carry_out(
            channel,
            lambda now: illumination.plan_control(now.state, emitter, wanted, now.profiles),
            lambda now: now.light_control(emitter) is wanted,
        )
        if wanted is not Control.OFF and self.channel(channel).is_shut_out(emitter):
            raise WriteNotAppliedError(Obstacle.SCHEME, illumination.SCHEME_TABLE)

    async def set_scheme(self, channel: int, wanted: Scheme) -> None:
        """Choose the emitter of a dual-light sensor."""
        await self._carry_out(
            channel,
            lambda now: illumination.plan_scheme(now.state, wanted, now.profiles),
            lambda now: now.scheme is wanted,
        )

    async def set_day_night(self, channel: int, wanted: DayNight) -> None:
        """Choose colour, black and white or automatic in every profile that may be in force."""
        await self._carry_out(
            channel,
            lambda now: picture.plan_day_night(now.state, wanted, now.profiles),
            lambda now: now.day_night is wanted,
        )

    async def set_image_profile(
        self, channel: int, wanted: ImageProfile, note: Note | None = None
    ) -> None:
        """Choose what chooses the image profile; `note` is told beforehand of all that is written.

        Where the camera does not obey, it is left as it was.
        """
        async with self._command:
            await self._profile_choice.make(channel, wanted, note)

    async def set_shutter(self, channel: int, wanted: Shutter) -> None:
        """Choose the shutter time in every profile that may be in force."""
        await self._carry_out(
            channel,
            lambda now: exposure.plan_shutter(now.state, wanted, now.profiles),
            lambda now: now.shutter is wanted,
        )

    async def set_motion_detection(self, channel: int, *, on: bool) -> None:
        """Switch motion detection on or off."""
        await self._carry_out(
            channel,
            lambda _: rules.plan_motion(channel, on=on),
            lambda now: now.state.motion is not None and now.state.motion.enabled is on,
        )

    async def set_rule(self, channel: int, rule_id: int, *, on: bool) -> None:
        """Switch an IVS rule on or off.

        The rules are read first: rows may have moved since the last poll.
        """
        await self.reader.read([rules.RULE_TABLE], Priority.COMMAND)
        self._interpret()

        def plan(now: Channel) -> Plan:
            rule = now.rule(rule_id)
            return rules.plan_rule(channel, rule, on=on) if rule else ()

        def is_achieved(now: Channel) -> bool:
            rule = now.rule(rule_id)
            return rule is not None and rule.enabled is on

        await self._carry_out(channel, plan, is_achieved)

    async def reboot(self) -> None:
        """Restart the camera; it is away for a minute or two."""
        query = "action=reboot"
        expect_ok(
            await self.http.get_text("magicBox.cgi", query, priority=Priority.COMMAND), "reboot"
        )

    async def _write(self, plan: Plan, depends_on: Iterable[str] = ()) -> None:
        """Carry out a plan, and know what came of it, be it refused."""
        try:
            await self._writer.write(plan, depends_on)
        finally:
            self._interpret()

    async def _carry_out(
        self,
        channel: int,
        make_plan: Callable[[Channel], Plan],
        is_achieved: Callable[[Channel], bool],
    ) -> None:
        """Make a wish true, one command at a time; WriteNotAppliedError where it stays unmet."""
        async with self._command:
            plan: Plan = ()
            for _ in range(_TRIES):
                plan = make_plan(self.commanded_channel(channel))
                await self._write(plan, self.master_tables)
                if is_achieved(self.commanded_channel(channel)):
                    return
            if key := self._writer.ignored(plan):
                raise WriteNotAppliedError(Obstacle.IGNORED, key)
            possible = ", ".join(map(str, self.commanded_channel(channel).profiles))
            raise WriteNotAppliedError(Obstacle.PROFILE, possible)
