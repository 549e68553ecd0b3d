"""The results for people, as a table, and for programs, as JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
import json
import os
from pathlib import Path
import platform
from typing import Any

from .measure import Row

_PACKAGES = ("homeassistant", "aiohttp", "amcrest")
_MANIFEST = Path(__file__).parents[2] / "custom_components/dahua_camera/manifest.json"
_VERDICTS = {True: "met", False: "missed", None: ""}
_HEADINGS = ("subject", "measure", "ours", "beside", "ratio", "aim", "")


def circumstances() -> dict[str, Any]:
    """Return when and where this is measured, and with which versions."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "dahua-camera": json.loads(_MANIFEST.read_text())["version"],
            "python": platform.python_version(),
            **{package: version(package) for package in _PACKAGES},
        },
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
            # Above the number of cores, others have worked here besides.
            "load": os.getloadavg()[0],
        },
    }


def as_json(around: dict[str, Any], rows: Sequence[Row]) -> str:
    """Return everything as one JSON document."""
    return json.dumps({**around, "results": [row.as_dict() for row in rows]}, indent=2)


def as_table(around: dict[str, Any], rows: Sequence[Row]) -> str:
    """Return everything as a table that is also Markdown."""
    lines = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    table = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    table.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    machine = around["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in around["versions"].items())
    head = (
        f"{around['date']}; {versions}\n"
        f"{machine['processor']}, {machine['cores']} cores, load {machine['load']:.1f}, "
        f"{machine['system']}\n\n"
    )
    return head + "\n".join(table)


def _cells(row: Row) -> tuple[str, ...]:
    ours = f"{_number(row.ours)} {row.unit}".strip()
    beside = f"{_number(row.theirs)}: {row.beside}" if row.theirs is not None else ""
    ratio = f"{row.ratio:.2f} ×" if row.ratio is not None else ""
    return row.subject, row.measure, ours, beside, ratio, str(row.aim or ""), _VERDICTS[row.met]


def _number(value: float) -> str:
    """Return a number with as many places as are of use."""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def _processor() -> str:
    """Return the name of the processor, as far as the system tells."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
