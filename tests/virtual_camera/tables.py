"""Configuration tables as the camera prints them: `Name[0][1].Key=value` lines and nested JSON."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
import re
from typing import Any

type Tables = dict[str, str]
type Path = tuple[str | int, ...]

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_RANGE = re.compile(r"\[([\d,.]+)\]")
_INTEGER = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?\d+\.\d+")
# Text even where it looks like a number.
_TEXT_LEAVES = frozenset({"Name", "MachineName", "Text", "Address", "ConfigEx", "Hostname"})


def top_name(key: str) -> str:
    """Return the table that a key belongs to."""
    return re.split(r"[.\[]", key, maxsplit=1)[0]


@lru_cache(maxsize=20_000)
def split_path(key: str) -> Path:
    """Split `Name[0].Key` into its steps: `("Name", 0, "Key")`."""
    return tuple(
        int(match[2]) if match[2] is not None else match[1] for match in _STEP.finditer(key)
    )


@lru_cache(maxsize=20_000)
def print_order(key: str) -> tuple[tuple[int, int, str], ...]:
    """Return what to sort by: names alphabetically, indices by number."""
    return tuple(
        (0, step, "") if isinstance(step, int) else (1, 0, step) for step in split_path(key)
    )


def expand(key: str) -> Iterator[str]:
    """Yield the keys meant by `Name[0..2][0,3].Key`; a plain key yields itself."""
    parts = _RANGE.split(key)
    choices = [_indices(part) for part in parts[1::2]]
    for combination in product(*choices):
        indices = "".join(
            f"[{index}]{text}" for index, text in zip(combination, parts[2::2], strict=True)
        )
        yield parts[0] + indices


def _indices(text: str) -> list[int]:
    indices: list[int] = []
    for piece in text.split(","):
        first, _, last = piece.partition("..")
        indices.extend(range(int(first), int(last or first) + 1))
    return indices


def parse(text: str) -> Tables:
    """Read a dump, with or without `table.` before each key; later lines win.

    Indices may be ranges and lists, so that a written profile stays short; blank lines and
    lines that start with `#` are skipped.
    """
    tables: Tables = {}
    for line in text.splitlines():
        entry = line.strip(" \t\r\0")
        if not entry or entry.startswith("#"):
            continue
        key, separator, value = entry.partition("=")
        if not separator:
            message = f"no value in {entry!r}"
            raise ValueError(message)
        for each in expand(key.removeprefix("table.")):
            tables[each] = value
    return tables


def is_under(key: str, prefix: str) -> bool:
    """Tell whether a key is the prefix itself or lies below it."""
    return key.startswith(prefix) and key[len(prefix) : len(prefix) + 1] in ("", ".", "[")


def _typed(leaf: str | int, text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    if leaf not in _TEXT_LEAVES:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return float(text)
    return text


def nest(tables: Mapping[str, str], prefix: str) -> Any:
    """Return the values under a prefix as JSON objects, lists and typed leaves."""
    depth = len(split_path(prefix))
    root: dict[str | int, Any] = {}
    for key, text in tables.items():
        path = split_path(key)[depth:]
        if not path:
            return _typed(split_path(key)[-1], text)
        node = root
        for step in path[:-1]:
            node = node.setdefault(step, {})
        node[path[-1]] = _typed(path[-1], text)
    return _with_lists(root)


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    children = {step: _with_lists(child) for step, child in node.items()}
    if children and all(isinstance(step, int) for step in children):
        return [children.get(index) for index in range(max(children) + 1)]
    return children


def flatten(value: Any, prefix: str) -> Tables:
    """Return nested JSON as printed keys and values, the inverse of `nest`."""
    if isinstance(value, dict):
        return {
            key: text
            for name, child in value.items()
            for key, text in flatten(child, f"{prefix}.{name}").items()
        }
    if isinstance(value, list):
        return {
            key: text
            for index, child in enumerate(value)
            for key, text in flatten(child, f"{prefix}[{index}]").items()
        }
    return {prefix: print_value(value)}


def print_value(value: Any) -> str:
    """Print a leaf as the camera does."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.6f}"
        case None:
            return ""
        case _:
            return str(value)
