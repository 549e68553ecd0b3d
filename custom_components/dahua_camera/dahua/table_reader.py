"""Reading tables, several in one request where the camera takes that."""

from collections.abc import Iterable

from .errors import (
    CameraBusyError,
    DahuaError,
    MalformedResponseError,
    NotSupportedError,
    PermissionDeniedError,
    RequestTimeoutError,
    UnclearRefusalError,
)
from .http import CONFIG_MANAGER, CameraHttp
from .priority_lock import Priority
from .tables import Node, get_config_query, parse_tables

# What may be about one table only, and what may be over in a moment.
_REFUSALS = (NotSupportedError, MalformedResponseError, PermissionDeniedError)
_FAILURES = (CameraBusyError, RequestTimeoutError)


class TableReader:
    """Reads tables of one camera; finds out once whether it gives several at a time.

    `latest` holds each table as it was last read, in the order of the camera's answers, so
    that a poll under way never puts an older table over the one that a command read back.
    `missing` are those that were not to be had when they were last asked for, `unclear` those
    refused without a reason, `denied` those that the account may not read, `spoilers` those that
    have a whole list refused, and `refused_lists` counts how often that happened.
    """

    def __init__(self, http: CameraHttp) -> None:
        self.latest: Node = {}
        self.missing: set[str] = set()
        self.unclear: set[str] = set()
        self.denied: set[str] = set()
        self.spoilers: set[str] = set()
        self.refused_lists = 0
        self.several_at_once: bool | None = None
        self._http = http
        # Of the answers that hold the latest tables, by question: the text's hash, and the tables.
        self._answers: dict[str, tuple[int, Node]] = {}

    async def read(self, names: Iterable[str], priority: Priority = Priority.POLL) -> Node:
        """Return the tables by name; those that the camera does not have are left out.

        Raises the errors of `errors`.
        """
        return await self._read(dict.fromkeys(names), priority, tolerated=0)

    async def poll(self, names: Iterable[str]) -> Node:
        """Return the tables by name; those that are not to be had now are left out.

        Raises where that is the camera's state rather than that of a table.
        """
        return await self._read(dict.fromkeys(names), Priority.POLL, tolerated=1)

    async def read_at_once(self, names: Iterable[str]) -> None:
        """Read what a camera gives of tables in one request; nothing where it refuses that."""
        try:
            found = await self._read_tables(names, Priority.POLL)
        except _REFUSALS:
            self.refused_lists += 1
        except _FAILURES:
            pass
        else:
            if len(found) > 1:
                self.several_at_once = True

    async def _read(self, names: Iterable[str], priority: Priority, *, tolerated: int) -> Node:
        wanted = list(names)
        listed = [name for name in wanted if name not in self.spoilers]
        found: Node = {}
        if len(listed) > 1 and self.several_at_once is not False:
            found = await self._read_list(listed, priority, tolerated=tolerated)
            wanted = [name for name in wanted if name not in listed]
        found |= await self._read_one_by_one(wanted, priority, tolerated=tolerated)
        self.missing |= {name for name in names if name not in found}
        return found

    async def _read_list(self, names: list[str], priority: Priority, *, tolerated: int) -> Node:
        try:
            found = await self._read_tables(names, priority)
            if len(found) > 1:
                self.several_at_once = True
                return found
        except _REFUSALS:
            # The list as such, or one name on it: asking for each tells.
            self.refused_lists += 1
        except _FAILURES:
            if not tolerated:
                raise
        found = await self._read_one_by_one(names, priority, tolerated=tolerated)
        if self.several_at_once is None and len(names) == len(found):
            # All of them exist, so it was the list that the camera did not take.
            self.several_at_once = False
        if found and self.several_at_once is not False:
            self.spoilers |= {name for name in names if name not in found}
        return found

    async def _read_one_by_one(
        self, names: Iterable[str], priority: Priority, *, tolerated: int
    ) -> Node:
        found: Node = {}
        refusal: DahuaError | None = None
        for name in names:
            try:
                found |= await self._read_tables([name], priority)
            except UnclearRefusalError:
                self.unclear.add(name)
            except NotSupportedError:
                pass
            except _REFUSALS as error:
                refusal = error
                if isinstance(error, PermissionDeniedError):
                    self.denied.add(name)
            except _FAILURES:
                # One that fails may do so by itself; a second one, and it is the camera.
                if not tolerated:
                    raise
                tolerated -= 1
        if refusal and not found:
            raise refusal
        return found

    async def _read_tables(self, names: Iterable[str], priority: Priority) -> Node:
        query = get_config_query(*names)
        text = await self._http.get_text(CONFIG_MANAGER, query, priority=priority)
        if not text.strip():
            raise UnclearRefusalError("the answer is empty")
        found = self._take(query, text)
        self.missing -= found.keys()
        self.unclear -= found.keys()
        self.denied -= found.keys()
        if not self.spoilers.isdisjoint(found):
            # What ails a camera is often over for all of its tables together.
            self.spoilers.clear()
        return found

    def _take(self, query: str, text: str) -> Node:
        """Hold what an answer tells, and return its tables by name.

        An answer that is word for word the last one to its question is not read again, unless
        another has told of one of its tables since.
        """
        last = self._answers.get(query)
        # Its 64 bits do instead of tens of kilobytes to be kept for each camera.
        if last and last[0] == hash(text):
            return last[1].copy()
        found = parse_tables(text)
        self.latest |= found
        self._answers = {
            asked: answer
            for asked, answer in self._answers.items()
            if answer[1].keys().isdisjoint(found)
        }
        self._answers[query] = hash(text), found
        return found.copy()
