"""Reading tables, several in one request where the camera takes that."""

from collections.abc import Iterable
from contextlib import suppress

from .errors import MalformedResponseError, NotSupportedError
from .http import CONFIG_MANAGER, CameraHttp
from .tables import Node, get_config_query, parse_tables
from .turnstile import Priority


class TableReader:
    """Reads tables of one camera; finds out once whether it gives several at a time.

    `latest` holds each table as it was last read, in the order of the camera's answers, so
    that a poll under way never puts an older table over the one that a command read back.
    """

    def __init__(self, http: CameraHttp) -> None:
        self.latest: Node = {}
        self.several_at_once: bool | None = None
        self._http = http

    async def read(self, names: Iterable[str], priority: Priority = Priority.POLL) -> Node:
        """Return the tables by name; those that the camera does not have are left out."""
        wanted = list(names)
        if len(wanted) > 1 and self.several_at_once is not False:
            try:
                found = await self._read_tables(wanted, priority)
            except NotSupportedError, MalformedResponseError:
                # The list as such, or one name on it: asking for each tells.
                found = {}
            if len(found) > 1:
                self.several_at_once = True
                return found
        found = await self._read_one_by_one(wanted, priority)
        if self.several_at_once is None and 1 < len(wanted) == len(found):
            # All of them exist, so it was the list that the camera did not take.
            self.several_at_once = False
        return found

    async def _read_one_by_one(self, names: list[str], priority: Priority) -> Node:
        found: Node = {}
        for name in names:
            with suppress(NotSupportedError):
                found |= await self._read_tables([name], priority)
        return found

    async def _read_tables(self, names: list[str], priority: Priority) -> Node:
        query = get_config_query(*names)
        text = await self._http.get_text(CONFIG_MANAGER, query, priority=priority)
        found = parse_tables(text)
        self.latest |= found
        return found
