"""Choosing what chooses the image profile, in whichever way a camera obeys."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import suppress

from . import profiles
from .errors import DahuaError, Obstacle, WriteNotAppliedError
from .observed_camera import ObservedCamera
from .priority_lock import Priority
from .profiles import Way
from .state import ImageProfile, Plan, VideoInMode
from .tables import child
from .writer import Writer

type Note = Callable[[Mapping[str, str], Mapping[str, str]], Awaitable[bool]]
"""Takes down what is found, and what is about to be written, by key; False where it is not to be.

What was tried before, and undone, is found as well."""


class ProfileChoice:
    """Makes the choice on the sensors of one camera.

    Firmwares differ in the way that they obey, and some take what they do not obey: what did not
    take effect is undone before anything else is tried, and what did comes first next time.
    """

    def __init__(
        self,
        camera: ObservedCamera,
        writer: Writer,
        write: Callable[[Plan, Iterable[str]], Awaitable[None]],
    ) -> None:
        self._camera = camera
        self._writer = writer
        self._write = write
        self._obeyed: dict[int, Way] = {}

    async def make(self, channel: int, wanted: ImageProfile, note: Note | None) -> None:
        """Try the ways in turn; where none takes effect, raise why the first one did not."""
        # What there is to go back to may have been chosen since the last poll.
        await self._write((), self._camera.master_tables)
        mode = self._camera.state.channels[channel].mode
        failures: list[WriteNotAppliedError] = []
        tried: set[str] = set()
        async for way in self._ways(channel, mode, wanted, failures):
            [writes] = plan = profiles.plan_image_profile(channel, mode, wanted, way)
            tried.update(writes)
            if note and not await note(self._writer.latest(tried), writes):
                return
            before = self._writer.latest(writes)
            try:
                await self._carry_out(channel, wanted, way, plan)
            except WriteNotAppliedError as failure:
                failures.append(failure)
                await self._undo(before)
            else:
                self._remember(channel, way)
                return
        raise failures[0]

    async def _ways(
        self,
        channel: int,
        mode: VideoInMode,
        wanted: ImageProfile,
        failures: list[WriteNotAppliedError],
    ) -> AsyncIterator[Way]:
        """Yield the ways to try, as long as they fail."""
        obeyed = self._obeyed.get(channel)
        ways = sorted(profiles.ways_to_choose(mode, wanted), key=lambda way: way is not obeyed)
        for way in ways:
            yield way
        if any(failure.obstacle is Obstacle.REFUSED for failure in failures):
            if not mode.is_legacy and await self._needs_switch_mode(channel):
                yield Way.SWITCH_MODE
        elif len(ways) == 1:
            # Some take their time until they tell what they took.
            yield ways[0]

    async def _carry_out(self, channel: int, wanted: ImageProfile, way: Way, plan: Plan) -> None:
        await self._write(plan, self._camera.master_tables)
        if profiles.image_profile(self._mode(channel, way)) is not wanted:
            [writes] = plan
            key = self._writer.ignored(plan) or next(iter(writes))
            raise WriteNotAppliedError(Obstacle.IGNORED, key)

    async def _undo(self, before: Mapping[str, str]) -> None:
        if self._writer.latest(before) != before:
            with suppress(WriteNotAppliedError):
                await self._write((before,), self._camera.master_tables)

    def _remember(self, channel: int, way: Way) -> None:
        self._obeyed[channel] = way
        if way is Way.SWITCH_MODE:
            self._camera.follow_switch_mode()

    async def _needs_switch_mode(self, channel: int) -> bool:
        """Tell whether the table refuses even what it holds, and the legacy one may stand in.

        That takes a place in it for each sensor, as it then is what tells of all of them.
        """
        held = self._writer.latest([profiles.key_of_mode(channel)])
        try:
            await self._write((held,) if held else (), ())
        except WriteNotAppliedError:
            return await self._has_switch_modes()
        return False

    async def _has_switch_modes(self) -> bool:
        with suppress(DahuaError):
            await self._camera.reader.read([profiles.LEGACY_TABLE], Priority.COMMAND)
            return all(
                self._mode(info.index, Way.SWITCH_MODE).mode is not None
                for info in self._camera.info.channels
            )
        return False

    def _mode(self, channel: int, way: Way) -> VideoInMode:
        """Return what was last read of the table that a way writes to."""
        latest = self._camera.reader.latest
        if way is Way.SWITCH_MODE:
            return profiles.parse_legacy_mode(child(latest, profiles.LEGACY_TABLE, channel))
        return profiles.parse_video_in_mode(child(latest, profiles.TABLE, channel))
