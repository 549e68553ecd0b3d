"""Programs of other people, run beside the virtual camera."""

import asyncio
from asyncio.subprocess import PIPE
from dataclasses import dataclass
import shutil

import pytest

_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a program."""

    code: int | None
    output: bytes
    errors: str


def needs(program: str) -> pytest.MarkDecorator:
    """Skip where a program is not installed."""
    return pytest.mark.skipif(
        shutil.which(program) is None, reason=f"{program} is not installed here"
    )


async def run(program: str, *arguments: str, typed: str = "") -> Result:
    """Run a program to its end; `typed` is its input."""
    process = await asyncio.create_subprocess_exec(
        program, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(_TIMEOUT):
            output, errors = await process.communicate(typed.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Result(process.returncode, output, errors.decode(errors="replace"))
