"""Configuration tables: the camera's `table.Name[0][1].Key=value` lines and nested values.

Nested values are dicts: names are `str` keys, indices are `int` keys (an answer to a subtree
request has gaps, so lists would not do), leaves are the text that the camera sent.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import isfinite
import re
from urllib.parse import quote

from .errors import MalformedResponseError, NotSupportedError

type Node = dict[str | int, Node | str]
type Path = tuple[str | int, ...]
type Writes = Mapping[str, str]

_PREFIX = "table."
_REFUSAL = "Error"
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
# The camera's tables are a few levels deep; anything beyond is noise, not nesting.
_MAX_DEPTH = 24


def parse_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the `key=value` pairs of an answer; values may hold `=`, other lines are dropped."""
    for line in text.splitlines():
        key, separator, value = line.partition("=")
        if separator:
            yield key.strip(), value


def _path(key: str) -> Path:
    """Split `Lighting_V2[0][1].Mode` into `("Lighting_V2", 0, 1, "Mode")`."""
    return tuple(
        int(index) if index else name for index, name in _STEP.findall(key.removeprefix(_PREFIX))
    )


def parse_tables(text: str) -> Node:
    """Parse the answer to `getConfig` into nested values, keyed by table name first.

    Lines that report an absent table (`Error: Error -1 …`) among others are left out; an
    answer that holds nothing else raises NotSupportedError, one without any pair raises
    MalformedResponseError.
    """
    root: Node = {}
    # Most lines share their level with the one before them or with others: one way to each.
    levels: dict[Path, Node] = {}
    here: Path | None = None
    level = root
    refused = False
    for line in text.splitlines():
        path, last, value = _take_apart(line)
        if path is None:
            refused = refused or value == _REFUSAL
            continue
        if path is not here:
            here = path
            known = levels.get(path)
            level = levels[path] = _make_level(root, path) if known is None else known
        level[last] = value
    if not root:
        if refused:
            raise NotSupportedError("the camera has no such table")
        raise MalformedResponseError("the answer holds no table")
    return root


# Most lines come again, from other cameras too, who then share the values.
@lru_cache(maxsize=8192)
def _take_apart(line: str) -> tuple[Path | None, str | int, str]:
    """Return the level that a line's value is on, its last step, and the value.

    What is no value's line has no level; the value of a refusal is the word for it.
    """
    key, separator, value = line.partition("=")
    key = key.strip()
    if not separator:
        return None, "", ""
    if key.startswith(_REFUSAL):
        return None, "", _REFUSAL
    path = _path(key)
    if not 0 < len(path) <= _MAX_DEPTH:
        return None, "", ""
    return _shared(path[:-1]), path[-1], value


@lru_cache(maxsize=8192)
def _shared(path: Path) -> Path:
    """Return the same object for all that are equal."""
    return path


def _make_level(root: Node, path: Path) -> Node:
    """Return the level at a path, making those on the way there."""
    node = root
    for step in path:
        below = node.get(step)
        if not isinstance(below, dict):
            below = node[step] = {}
        node = below
    return node


def child(node: Node | str | None, *path: str | int) -> Node:
    """Return the level below `node` at `path`; an empty one where there is none."""
    for step in path:
        if not isinstance(node, dict):
            return {}
        node = node.get(step)
    return node if isinstance(node, dict) else {}


def leaf(tables: Node, key: str) -> str | None:
    """Return the value at a whole key such as `Lighting_V2[0][1][0].Mode`; None if absent."""
    *path, last = _path(key)
    value = child(tables, *path).get(last)
    return value if isinstance(value, str) else None


def flatten(node: Node, prefix: str = "") -> dict[str, str]:
    """Return the whole keys and values below a level, the inverse of `parse_tables`."""
    flat: dict[str, str] = {}
    for step, value in node.items():
        key = f"{prefix}[{step}]" if isinstance(step, int) else f"{prefix}.{step}".lstrip(".")
        flat |= {key: value} if isinstance(value, str) else flatten(value, key)
    return flat


def table_of(key: str) -> str:
    """Return the name of the table that a key belongs to."""
    return str(_path(key)[0])


def by_table(writes: Writes) -> tuple[dict[str, str], ...]:
    """Split writes into one request for each table: cameras refuse dependent ones together."""
    batches: dict[str, dict[str, str]] = {}
    for key, value in writes.items():
        batches.setdefault(table_of(key), {})[key] = value
    return tuple(batches.values())


def text(node: Node, key: str | int, default: str = "") -> str:
    """Return the leaf at `key`, or `default` where there is none."""
    value = node.get(key)
    return value if isinstance(value, str) else default


def integer(node: Node, key: str | int, default: int = 0) -> int:
    """Return the leaf at `key` as a whole number; floats are cut, other texts give `default`."""
    return int(number(node, key, default))


def number(node: Node, key: str | int, default: float = 0.0) -> float:
    """Return the leaf at `key` as a finite number; other texts give `default`."""
    try:
        value = float(text(node, key))
    except ValueError:
        return default
    return value if isfinite(value) else default


def boolean(node: Node, key: str | int, *, default: bool = False) -> bool:
    """Return the leaf at `key` as a truth value; other texts give `default`."""
    return {"true": True, "false": False, "1": True, "0": False}.get(
        text(node, key).strip().lower(), default
    )


def rows(node: Node) -> Iterator[tuple[int, Node]]:
    """Yield the numbered rows of a level in the order of their numbers."""
    yield from sorted(
        (key, value)
        for key, value in node.items()
        if isinstance(key, int) and isinstance(value, dict)
    )


def set_config_query(writes: Writes) -> str:
    """Build the query that sets the given keys (without `table.`) to the given values.

    The camera decodes the query before it splits it, so `&` cannot be sent, and it ignores
    an empty value; a single space clears a text. Raises ValueError for a value with `&`.
    """
    pairs = []
    for key, value in writes.items():
        if "&" in key or "&" in value:
            raise ValueError("the camera cannot store the character &")
        pairs.append(f"{quote(key, safe='[].')}={quote(value or ' ', safe='')}")
    return "action=setConfig&" + "&".join(pairs)


def get_config_query(*names: str) -> str:
    """Build the query that reads the given tables or parts of tables."""
    return "action=getConfig" + "".join(f"&name={quote(name, safe='[].')}" for name in names)
