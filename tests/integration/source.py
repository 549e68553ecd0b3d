"""The integration's own files, read as data."""

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
import json
from pathlib import Path
from string import Formatter
from typing import Any

from homeassistant.data_entry_flow import AbortFlow
from homeassistant.exceptions import HomeAssistantError

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "dahua_camera"


def load_json(path: Path) -> dict[str, Any]:
    """Return the object that a JSON file holds; KeyError where it gives a key twice."""
    loaded: dict[str, Any] = json.loads(
        path.read_text(encoding="utf-8"), object_pairs_hook=_unique_keys
    )
    return loaded


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise KeyError([key for key, _ in pairs])
    return result


def leaves(tree: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Return the dotted path and the text of every string in nested objects."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*path, key))
        else:
            yield ".".join((*path, key)), value


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def glue() -> dict[str, ast.Module]:
    """Return the parsed files between Home Assistant and the library, by their names."""
    return {path.stem: _parse(path) for path in sorted(INTEGRATION.glob("*.py"))}


def library() -> dict[str, ast.Module]:
    """Return the parsed files of the library, by their names."""
    return {path.stem: _parse(path) for path in sorted((INTEGRATION / "dahua").glob("*.py"))}


def string_constants() -> set[str]:
    """Return every string that the integration or its library spells out."""
    return {
        node.value
        for module in (*glue().values(), *library().values())
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def literal(node: ast.expr | None) -> str | None:
    """Return the string that an expression spells out, or None where it is computed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return what a call gives for a keyword, or None."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def called(call: ast.Call) -> str:
    """Return the last part of the name that is called, or nothing where it has none."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def is_error(module: str, call: ast.Call) -> bool:
    """Tell whether a call in one of the glue's files makes an error with words of its own."""
    package = f"custom_components.{INTEGRATION.name}"
    full_name = package if module == "__init__" else f"{package}.{module}"
    kind = getattr(import_module(full_name), called(call), None)
    return (
        isinstance(kind, type)
        and issubclass(kind, HomeAssistantError)
        and not issubclass(kind, AbortFlow)
    )


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), path)
