"""The motorised lens of a sensor: zoom, focus and autofocus, followed until the motors rest."""

import asyncio
from collections.abc import Callable, Mapping
from math import isclose
from typing import Literal

from .address import counted_from_one
from .errors import MalformedResponseError, Obstacle, WriteNotAppliedError
from .http import CameraHttp
from .layers import LENS_TOLERANCE
from .priority_lock import Priority
from .state import LensState
from .tables import parse_lines
from .writer import expect_ok

MODULE = "devVideoInput.cgi"
_RESTING = "Normal"
_LOOK_AGAIN = 0.5
# The camera still says that all rests when it has only just been told to move.
_REACTION = 0.5
# From end to end and focused takes a slow lens this long.
_LONGEST_TRAVEL = 20.0
# The first command sometimes moves the focus only.
_TRIES = 3
_SAME = 0.0005


class Lens:
    """One sensor's lens; `on_move` hears where it is, again and again while it moves."""

    def __init__(
        self,
        http: CameraHttp,
        channel: int,
        on_move: Callable[[LensState], None],
        known: Mapping[str, str] | None = None,
    ) -> None:
        """Begin with what the camera answered when it was asked what it is."""
        self._http = http
        self._known = known
        self._channel = channel
        self._on_move = on_move
        self._moving = asyncio.Lock()

    async def read(self, priority: Priority = Priority.POLL) -> LensState:
        """Ask where the motors are; the first poll takes what is known already."""
        known, self._known = self._known, None
        if known is None or priority is not Priority.POLL:
            answer = await self._http.get_text(
                MODULE, status_query(self._channel), priority=priority
            )
            known = dict(parse_lines(answer))
        state = parse_lens(known)
        self._on_move(state)
        return state

    async def zoom_to(self, zoom: float) -> None:
        """Zoom to 0 (wide) … 1 (tele); the camera focuses by itself afterwards."""
        await self._travel("zoom", zoom)

    async def focus_to(self, focus: float) -> None:
        """Focus to 0 … 1 and keep the zoom."""
        await self._travel("focus", focus)

    async def _travel(self, axis: Literal["zoom", "focus"], target: float) -> None:
        async with self._moving:
            tolerance = _SAME
            for _ in range(_TRIES):
                state = await self.rest()
                positions = {"focus": state.focus, "zoom": state.zoom}
                if isclose(positions[axis], target, abs_tol=tolerance):
                    return
                tolerance = LENS_TOLERANCE
                query = "&".join(f"{k}={v:.6f}" for k, v in (positions | {axis: target}).items())
                await self._send(f"action=adjustFocus&{query}")
            state = await self.rest()
            if not isclose(getattr(state, axis), target, abs_tol=LENS_TOLERANCE):
                raise WriteNotAppliedError(Obstacle.MOVING, axis)

    async def autofocus(self) -> None:
        """Have the camera find the sharp position."""
        async with self._moving:
            await self.rest()
            await self._send("action=autoFocus")
            await self.rest()

    async def _send(self, query: str) -> None:
        query = f"{query}&channel={counted_from_one(self._channel)}"
        answer = await self._http.get_text(MODULE, query, priority=Priority.COMMAND)
        expect_ok(answer, "lens")
        await asyncio.sleep(_REACTION)

    async def rest(self) -> LensState:
        """Follow the motors until they rest; a command into a moving motor gets lost."""
        try:
            async with asyncio.timeout(_LONGEST_TRAVEL):
                while (state := await self.read(Priority.COMMAND)).moving:  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError:
            raise WriteNotAppliedError(Obstacle.MOVING, "lens") from None
        return state


def status_query(channel: int) -> str:
    """Return the query to the module that asks where the motors of a sensor's lens are."""
    return f"action=getFocusStatus&channel={counted_from_one(channel)}"


def status_question(channel: int) -> str:
    """Return that question with its module, as answers are kept by."""
    return f"{MODULE}?{status_query(channel)}"


def parse_lens(answer: Mapping[str, str]) -> LensState:
    """Read the pairs of `getFocusStatus`."""
    values = {key.removeprefix("status."): value for key, value in answer.items()}
    try:
        return LensState(
            zoom=float(values["Zoom"]),
            focus=float(values["Focus"]),
            moving=values.get("Status", _RESTING).strip() != _RESTING,
        )
    except (KeyError, ValueError) as error:
        raise MalformedResponseError("the answer does not tell where the lens is") from error
