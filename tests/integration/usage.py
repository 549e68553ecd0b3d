"""What this process holds, for tests that look for growth."""

import asyncio
from dataclasses import dataclass
import gc
from pathlib import Path
import resource


@dataclass(frozen=True, slots=True)
class Usage:
    """What the process holds: bytes, objects, tasks and open files (sockets are files).

    The virtual camera's own objects do not count: it keeps nonces and recordings as a camera does.
    """

    memory: int
    objects: int
    tasks: int
    files: int


def usage() -> Usage:
    """Measure after all garbage is gone."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Usage(
        memory=pages * resource.getpagesize(),
        objects=sum(not type(each).__module__.startswith("tests.") for each in gc.get_objects()),
        tasks=len(asyncio.all_tasks()),
        files=len(list(Path("/proc/self/fd").iterdir())),
    )
