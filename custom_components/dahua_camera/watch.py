"""Occasional checks of what polls and events do not tell: the clock, the live picture."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .condition import RequestKind, condition_of
from .const import CONF_RTSP_PORT, LOGGER
from .dahua.camera import DahuaCamera
from .dahua.clock import Clock, ClockFault, judge
from .dahua.errors import DahuaError, PermissionDeniedError
from .dahua.rtsp_check import LivePicture
from .issues import Issue, report, withdraw

# Not in the rush of a start, neither ours nor the camera's.
FIRST_LOOK = timedelta(minutes=3)
# What looks wrong may be a restart or the hour at which clocks are changed: look twice, the
# second time with the poll that follows.
SECOND_LOOK = timedelta(seconds=30)
WHILE_WRONG = timedelta(minutes=30)
SELDOM = timedelta(hours=6)

type _Findings = dict[Issue | RequestKind, dict[str, str]]
"""What was found to be wrong, with what the issue tells of it."""

_CLOCK_ISSUES = {ClockFault.WRONG: Issue.CLOCK, ClockFault.OTHER_ZONE: Issue.TIME_ZONE}


class Watch:
    """Looks at one camera for as long as its entry is loaded.

    A look takes the turn of whatever else a poll would ask, and waits until one succeeds: what
    is away tells nothing, and a password that has changed the poll learns first.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, camera: DahuaCamera) -> None:
        """Prepare to look at a camera."""
        self._hass = hass
        self._entry = entry
        self._camera = camera
        self._condition = condition_of(hass, entry)
        self._found_before: _Findings = {}
        self._next_look: CALLBACK_TYPE | None = None
        self._is_hurried = False

    @callback
    def start(self) -> None:
        """Look from time to time until the entry is unloaded."""
        self._entry.async_on_unload(self._cancel)
        self._schedule(FIRST_LOOK)

    @callback
    def look_soon(self) -> None:
        """Look before long: something that depends on the camera has failed."""
        is_waiting = self._next_look is not None
        if is_waiting and not self._found_before and not self._is_hurried:
            self._schedule(SECOND_LOOK)
            self._is_hurried = True

    async def set_clock(self) -> None:
        """Set the camera's clock to Home Assistant's local time; raises what keeps it."""
        await self._camera.clock.set(dt_util.now())
        for issue in _CLOCK_ISSUES.values():
            self._found_before.pop(issue, None)
            withdraw(self._hass, self._entry, issue)

    @callback
    def _schedule(self, delay: timedelta) -> None:
        self._cancel()
        self._next_look = async_call_later(self._hass, delay, self._start_look)

    @callback
    def _start_look(self, _: object) -> None:
        self._next_look = None
        self._is_hurried = False
        self._entry.async_create_background_task(
            self._hass, self._look(), f"look at {self._entry.title}"
        )

    @callback
    def _cancel(self) -> None:
        if self._next_look is not None:
            self._next_look()
            self._next_look = None

    async def _look(self) -> None:
        found = await self._find_clock()
        try:
            found |= await self._find_live_picture()
        except DahuaError as error:
            # Logins are being refused: that tells nothing of what else is wrong.
            LOGGER.debug("%s: live picture not checked: %s", self._entry.title, error)
            self._schedule(WHILE_WRONG)
            return
        new = found.keys() - self._found_before.keys()
        self._found_before = found
        self._tell({what: told for what, told in found.items() if what not in new})
        if new:
            self._schedule(SECOND_LOOK)
        else:
            self._schedule(WHILE_WRONG if found else SELDOM)

    async def _find_clock(self) -> _Findings:
        """Compare the camera's clock with ours; one that cannot be read is not wrong."""
        clock = self._camera.clock
        try:
            await self._camera.ask_in_turn(Clock, clock.read)
        except DahuaError as error:
            LOGGER.debug("%s: cannot read the clock: %s", self._entry.title, error)
            return {}
        if clock.offset is None:
            return {}
        local = dt_util.now()
        told = dt_util.utcnow() + clock.offset
        fault = judge(told.replace(tzinfo=None) - local.replace(tzinfo=None))
        if fault is None:
            return {}
        times = {"camera_time": f"{told:%Y-%m-%d %H:%M}", "local_time": f"{local:%Y-%m-%d %H:%M}"}
        return {_CLOCK_ISSUES[fault]: times}

    async def _find_live_picture(self) -> _Findings:
        """Ask for the live picture; raises where a login is not to be tried now."""
        port = self._entry.data.get(CONF_RTSP_PORT) or self._camera.info.rtsp_port
        match await self._camera.check_live_picture(port):
            case LivePicture.UNREACHABLE:
                return {Issue.STREAMS: {"port": str(port)}}
            case LivePicture.LOGIN_REFUSED | LivePicture.FORBIDDEN:
                return {RequestKind.LIVE_PICTURE: {}}
        return {}

    @callback
    def _tell(self, confirmed: _Findings) -> None:
        """Raise what was found twice, and take back what is good."""
        for issue in (*_CLOCK_ISSUES.values(), Issue.STREAMS):
            if issue in confirmed:
                report(self._hass, self._entry, issue, confirmed[issue])
            elif issue not in self._found_before:
                withdraw(self._hass, self._entry, issue)
        if RequestKind.LIVE_PICTURE in confirmed:
            refusal = PermissionDeniedError("the camera refuses the live picture")
            self._condition.record(RequestKind.LIVE_PICTURE, refusal)
        elif {RequestKind.LIVE_PICTURE, Issue.STREAMS}.isdisjoint(self._found_before):
            self._condition.record(RequestKind.LIVE_PICTURE, None)
