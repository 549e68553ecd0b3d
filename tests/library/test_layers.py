"""The layers: arrows only point down, and what is pure stays apart from input and output."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
import sys

import pytest

from homeassistant.const import Platform

ROOT = Path(__file__).parents[2]
INTEGRATION = "custom_components.dahua_camera"
LIBRARY = f"{INTEGRATION}.dahua"
VIRTUAL_CAMERA = "tests.virtual_camera"

# What the library is built on, apart from Python itself.
FOUNDATION = {"aiohttp", "yarl"}

PURE = {
    "answers",
    "alarms",
    "detectable",
    "repetitions",
    "sightings",
    "channel",
    "colors",
    "exposure",
    "interpretation",
    "detections",
    "errors",
    "event_sample",
    "events",
    "found",
    "layers",
    "nonces",
    "passage",
    "spotting",
    "illumination",
    "picture",
    "profiles",
    "pseudonyms",
    "recorders",
    "rtsp",
    "rules",
    "scrubbing",
    "state",
    "topics",
    "tables",
    "vocabulary",
}
# Clocks are among them: what is pure is told the time.
IMPURE_PYTHON = {
    "asyncio",
    "concurrent",
    "http",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "select",
    "selectors",
    "shutil",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}

# What platforms may know of the library: what a camera can do and be, not how it is spoken to.
MODEL = {
    "camera",
    "channel",
    "detections",
    "errors",
    "events",
    "layers",
    "nonces",
    "passage",
    "sightings",
    "state",
    "topics",
}


def modules(package: str) -> dict[str, set[str]]:
    """Return the modules below a package with what each imports, all by their full names."""
    folder = ROOT.joinpath(*package.split("."))
    return {
        name: set(_imports(path, name))
        for path in sorted(folder.rglob("*.py"))
        if (name := _name(path))
    }


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, name: str) -> Iterator[str]:
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), path)):
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=module, names=aliases, level=level):
                base = package.split(".")[: 1 - level or None] if level else []
                origin = ".".join([*base, module] if module else base)
                for alias in aliases:
                    whole = ROOT.joinpath(*origin.split("."), alias.name)
                    is_module = whole.is_dir() or whole.with_suffix(".py").is_file()
                    yield f"{origin}.{alias.name}" if is_module else origin


def top(module: str) -> str:
    """Return the package that a module is in at the end."""
    return module.partition(".")[0]


def is_below(module: str, package: str) -> bool:
    """Tell whether a module is a package or anything in it."""
    return module == package or module.startswith(f"{package}.")


ALL_OF_THE_LIBRARY = modules(LIBRARY)
ALL_OF_THE_INTEGRATION = modules(INTEGRATION)
PLATFORMS = {
    name: imported
    for name, imported in ALL_OF_THE_INTEGRATION.items()
    if name in {f"{INTEGRATION}.{platform}" for platform in Platform}
}


@pytest.mark.parametrize(("module", "imported"), ALL_OF_THE_LIBRARY.items())
def test_library_stands_on_its_own(module: str, imported: set[str]) -> None:
    assert {
        each
        for each in imported
        if top(each) not in FOUNDATION | sys.stdlib_module_names and not is_below(each, LIBRARY)
    } == set()


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_module_does_no_input_or_output(name: str) -> None:
    allowed = {f"{LIBRARY}.{each}" for each in PURE}
    python = {each for each in sys.stdlib_module_names if each not in IMPURE_PYTHON}
    imported = ALL_OF_THE_LIBRARY[f"{LIBRARY}.{name}"]
    assert {each for each in imported if top(each) not in python and each not in allowed} == set()
    assert "urllib.request" not in imported


@pytest.mark.parametrize(("platform", "imported"), PLATFORMS.items())
def test_platform_knows_no_sibling_and_no_wire(platform: str, imported: set[str]) -> None:
    assert imported & PLATFORMS.keys() == set()
    model = {f"{LIBRARY}.{each}" for each in MODEL}
    assert {each for each in imported if is_below(each, LIBRARY)} <= model


def test_imports_run_in_no_circles() -> None:
    order = list(TopologicalSorter(ALL_OF_THE_INTEGRATION).static_order())
    assert order.index(f"{LIBRARY}.errors") < order.index(INTEGRATION)


@pytest.mark.parametrize(("module", "imported"), modules(VIRTUAL_CAMERA).items())
def test_virtual_camera_knows_nothing_of_its_visitors(module: str, imported: set[str]) -> None:
    assert {top(each) for each in imported}.isdisjoint({"custom_components", "homeassistant"})
