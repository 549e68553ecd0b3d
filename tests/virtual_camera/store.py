"""The camera's configuration: tables that are read in parts and written pair by pair."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import re

from .tables import Tables, is_under, print_order, print_value, top_name

type Limit = tuple[float, float] | tuple[str, ...]

_ARRAY_TABLES_THAT_GROW = frozenset({"VideoAnalyseRule"})
_MAX_TEXT = 63


class UnknownTableError(Exception):
    """The camera has no table of that name."""


class AbsentPartError(Exception):
    """The table exists, the part asked for does not."""


class RefusedWriteError(Exception):
    """The camera takes none of the pairs."""


@dataclass(frozen=True, slots=True)
class WriteRules:
    """How this camera's firmware treats what is written to it."""

    limits: Mapping[str, Limit] = field(default_factory=dict)
    """Key pattern (`*` within one step) → lowest and highest number, or the words allowed."""
    ignored: tuple[str, ...] = ()
    """Key patterns that are answered with OK and keep their value."""
    read_only: tuple[str, ...] = ()
    """Tables whose writes are refused."""
    conflicting: tuple[tuple[str, str], ...] = ()
    """Pairs of tables that refuse to be written in one request."""
    refuses_unknown_keys: bool = False


def _pattern(text: str) -> re.Pattern[str]:
    escaped = re.escape(text).replace(r"\[\*\]", r"\[\d+\]").replace(r"\*", r"[^.\[\]]*")
    return re.compile(escaped)


class ConfigStore:
    """All tables of one camera."""

    def __init__(self, tables: Mapping[str, str], rules: WriteRules) -> None:
        self._rules = rules
        self._limits = [(_pattern(key), limit) for key, limit in rules.limits.items()]
        self._ignored = [_pattern(key) for key in rules.ignored]
        self._tables: dict[str, Tables] = {}
        self._printed: dict[str, list[tuple[str, str]]] = {}
        for key, value in tables.items():
            self._tables.setdefault(top_name(key), {})[key] = value

    def __contains__(self, key: str) -> bool:
        """Tell whether a table, or a part of one, exists."""
        rows = self._tables.get(top_name(key), {})
        return any(is_under(each, key) for each in rows)

    def is_writable(self, table: str) -> bool:
        """Tell whether what is written to a table is taken at all."""
        return table not in self._rules.read_only

    @property
    def names(self) -> list[str]:
        """The names of all tables, in printing order."""
        return sorted(self._tables)

    def text(self, key: str, default: str = "") -> str:
        """Return one value as it is stored."""
        return self._tables.get(top_name(key), {}).get(key, default)

    def integer(self, key: str, default: int = 0) -> int:
        """Return one value as a number, the default where it is none."""
        try:
            return int(float(self.text(key)))
        except ValueError:
            return default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return one truth value."""
        text = self.text(key)
        return text == "true" if text else default

    def under(self, prefix: str) -> list[tuple[str, str]]:
        """Return what lies under a prefix in printing order; empty where nothing does."""
        name = top_name(prefix)
        rows = self._printed.get(name)
        if rows is None:
            table = self._tables.get(name, {})
            rows = [(key, table[key]) for key in sorted(table, key=print_order)]
            self._printed[name] = rows
        if prefix == name:
            return list(rows)
        return [(key, value) for key, value in rows if is_under(key, prefix)]

    def count(self, prefix: str) -> int:
        """Return how many rows an array has: one more than its highest index."""
        pattern = re.compile(re.escape(prefix) + r"\[(\d+)\]")
        found = (pattern.match(key) for key in self._tables.get(top_name(prefix), {}))
        return max((int(match[1]) + 1 for match in found if match), default=0)

    def read(self, name: str) -> list[tuple[str, str]]:
        """Return a table or a part of one; raises UnknownTableError or AbsentPartError."""
        if top_name(name) not in self._tables:
            raise UnknownTableError(name)
        rows = self.under(name)
        if not rows:
            raise AbsentPartError(name)
        return rows

    def dump(self) -> Tables:
        """Return every key and value, for a camera that is to be compared or copied."""
        return {key: value for table in self._tables.values() for key, value in table.items()}

    def write(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Apply a batch as the firmware does.

        Empty values, words outside a table's vocabulary and keys that do not exist change
        nothing; numbers are clamped. Raises UnknownTableError where a table does not exist and
        RefusedWriteError where the whole batch is turned down.
        """
        batch = list(pairs)
        names = {top_name(key) for key, _ in batch}
        for name in names:
            if name not in self._tables:
                raise UnknownTableError(name)
        self._refuse(names, [key for key, _ in batch])
        forced = self._forced_profiles(batch)
        for key, value in batch:
            ignored = key in forced or any(pattern.fullmatch(key) for pattern in self._ignored)
            if value and not ignored:
                self._write_one(key, value)

    def put(self, key: str, value: str) -> None:
        """Set one value from inside the camera, past all rules of writing."""
        self._tables.setdefault(top_name(key), {})[key] = value
        self._printed.pop(top_name(key), None)

    def replace(self, prefix: str, rows: Mapping[str, str]) -> None:
        """Put whole rows in the place of what lies under a prefix, keeping the limits."""
        table = self._tables.get(top_name(prefix))
        if table is None:
            raise UnknownTableError(prefix)
        self._refuse({top_name(prefix)}, [])
        for key in [key for key in table if is_under(key, prefix) and key not in rows]:
            del table[key]
        for key, value in rows.items():
            if key in table:
                self._write_one(key, value)
            else:
                self.put(key, value)
        self._printed.pop(top_name(prefix), None)

    def _refuse(self, names: set[str], keys: list[str]) -> None:
        if names & set(self._rules.read_only):
            raise RefusedWriteError
        if any(first in names and second in names for first, second in self._rules.conflicting):
            raise RefusedWriteError
        if self._rules.refuses_unknown_keys:
            for key in keys:
                if key not in self._tables[top_name(key)] and not self._may_grow(key):
                    raise RefusedWriteError

    def _may_grow(self, key: str) -> bool:
        return top_name(key) in _ARRAY_TABLES_THAT_GROW

    def _write_one(self, key: str, value: str) -> None:
        table = self._tables[top_name(key)]
        old = table.get(key)
        if old is None:
            if self._may_grow(key):
                self.put(key, value)
            return
        new = self._accepted(key, old, value)
        if new is not None and new != old:
            table[key] = new
            self._printed.pop(top_name(key), None)

    def _accepted(self, key: str, old: str, value: str) -> str | None:
        limit = next((limit for pattern, limit in self._limits if pattern.fullmatch(key)), None)
        if old in ("true", "false"):
            return value.lower() if value.lower() in ("true", "false") else None
        if limit and isinstance(limit[0], str):
            return value if value in limit else None
        if re.fullmatch(r"-?\d+(\.\d+)?", old) and not key.endswith("Name"):
            return self._number(old, value, limit)
        return "" if value == " " else value[:_MAX_TEXT]

    def _number(self, old: str, value: str, limit: Limit | None) -> str | None:
        try:
            number = float(value)
        except ValueError:
            return None
        if limit:
            low, high = (float(bound) for bound in limit)
            number = min(max(number, low), high)
        return print_value(number if "." in old else int(number))

    def _forced_profiles(self, batch: list[tuple[str, str]]) -> set[str]:
        """Return the profile choices that a camera which itself switches day and night ignores."""
        written = {key for key, _ in batch}
        forced = set()
        for key in written:
            match = re.fullmatch(r"(VideoInMode\[\d+\])\.Config\[\d+\]", key)
            mode = f"{match[1]}.Mode" if match else ""
            if match and mode not in written and self.text(mode) == "2":
                forced.add(key)
        return forced
