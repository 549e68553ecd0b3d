"""The time zone that all of the demo lives in: the machine's."""

from pathlib import Path


def local_time_zone() -> str:
    """Return the machine's time zone by name, or UTC where it has none."""
    target = Path("/etc/localtime").resolve()
    _, found, name = str(target).partition("/zoneinfo/")
    return name if found and "/" in name else "UTC"
