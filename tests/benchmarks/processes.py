"""What another process has used, as the kernel counts it."""

import asyncio
import os
from pathlib import Path
from time import perf_counter

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
# A process is calm when it takes less than this part of a core for so many seconds.
_CALM, _CALM_SECONDS = 0.15, 6.0


def cpu_seconds(pid: int) -> float:
    """Return the CPU that a process has used with all its threads, in steps of a tick."""
    # The name of the program, in brackets, may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def load(pid: int, seconds: float) -> float:
    """Return which part of a core a process takes for a while."""
    start, cpu = perf_counter(), cpu_seconds(pid)
    await asyncio.sleep(seconds)
    return (cpu_seconds(pid) - cpu) / (perf_counter() - start)


async def calm(pid: int) -> None:
    """Return when a process has seen to all that it had to do."""
    while await load(pid, _CALM_SECONDS) > _CALM:
        continue


def resident_bytes(pid: int) -> int:
    """Return how much memory a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
