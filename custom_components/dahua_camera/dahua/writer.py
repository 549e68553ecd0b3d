"""Writing to the tables: each plan is read back, and the obstacle is named where it failed."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from .errors import (
    DahuaError,
    NotSupportedError,
    Obstacle,
    PermissionDeniedError,
    WriteNotAppliedError,
)
from .http import CONFIG_MANAGER, CameraHttp
from .layers import is_same
from .priority_lock import Priority
from .state import Plan
from .table_reader import TableReader
from .tables import leaf, set_config_query, table_of


class Writer:
    """Carries out plans on one camera."""

    def __init__(self, http: CameraHttp, reader: TableReader) -> None:
        self._http = http
        self._reader = reader

    async def write(self, plan: Plan, depends_on: Iterable[str] = ()) -> None:
        """Send a plan and read back the tables that it touches.

        Its effect may depend on others, which somebody may have changed since the last poll:
        they are read with them. WriteNotAppliedError where the camera does not take the plan.
        """
        touched = dict.fromkeys(table_of(key) for writes in plan for key in writes)
        concerned = touched | dict.fromkeys(depends_on)
        try:
            for writes in plan:
                await self._send(writes)
        except WriteNotAppliedError, PermissionDeniedError:
            # What was taken before the refusal has its effect.
            with suppress(DahuaError):
                await self._reader.read(concerned, Priority.COMMAND)
            raise
        await self._reader.read(concerned, Priority.COMMAND)

    async def _send(self, writes: Mapping[str, str]) -> None:
        query = set_config_query(writes)
        try:
            answer = await self._http.get_text(CONFIG_MANAGER, query, priority=Priority.COMMAND)
        except NotSupportedError as error:
            raise WriteNotAppliedError(Obstacle.REFUSED, next(iter(writes))) from error
        expect_ok(answer, next(iter(writes)))

    async def values(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the values that the camera holds now; keys that it does not have are left out."""
        wanted = list(keys)
        await self._reader.read(dict.fromkeys(map(table_of, wanted)), Priority.COMMAND)
        return self.latest(wanted)

    def latest(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the values as they were last read; unknown keys are left out."""
        found = {key: leaf(self._reader.latest, key) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def ignored(self, plan: Plan) -> str | None:
        """Return the first key of a plan that was not taken over; None if all were."""
        for writes in plan:
            for key, value in writes.items():
                held = leaf(self._reader.latest, key)
                if held is None or not is_same(key, held, value):
                    return key
        return None


def expect_ok(answer: str, setting: str) -> None:
    """Raise WriteNotAppliedError unless the camera's answer to a command is OK."""
    if answer.strip().upper() != "OK":
        raise WriteNotAppliedError(Obstacle.REFUSED, setting)
