"""Virtual cameras in a process of their own, and a conductor who lets them tell of motion.

The conductor takes one JSON document a line, `{"cameras": [0, 1], "rate": 20.0, "count": 100}`:
so many events a second from each of these cameras, beginnings and ends of motion in turn. It
answers with one line when all are written: the wall clock of each, camera by camera.
"""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
import json
import signal
from typing import Any

from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.profile import load

MOTION_CHANNEL = 1
_MOTION = {"Id": [0], "RegionName": ["Drive"]}
_ACTIONS = ("Start", "Stop")
_SHORTEST_PAUSE = 0.002


class RememberedStills:
    """Each sensor's still, drawn once: how long a picture takes to draw is nobody's question."""

    def __init__(self, camera: VirtualCamera, seconds: float) -> None:
        self._draw = camera.machine.still
        self._seconds = seconds
        self._drawn: dict[int, bytes] = {}

    async def still(self, channel: int) -> bytes:
        """Return a sensor's picture after the time that a camera takes for one."""
        if channel not in self._drawn:
            self._drawn[channel] = await self._draw(channel)
        await asyncio.sleep(self._seconds)
        return self._drawn[channel]


async def _play(cameras: Sequence[VirtualCamera], rate: float, count: int) -> list[list[float]]:
    """Let motion begin and end in turn before each camera; return when each was written."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    written: list[list[float]] = [[] for _ in cameras]
    for number in range(count):
        if (pause := start + number / rate - loop.time()) > 0:
            await asyncio.sleep(max(pause, _SHORTEST_PAUSE))
        elif number % 50 == 0:
            # Late, it still has to serve what is asked meanwhile.
            await asyncio.sleep(0)
        for camera, times in zip(cameras, written, strict=True):
            action = _ACTIONS[number % len(_ACTIONS)]
            times.append(await camera.emit("VideoMotion", action, MOTION_CHANNEL, _MOTION))
    return written


async def _conduct(
    cameras: Sequence[VirtualCamera], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while line := await reader.readline():
        wish: dict[str, Any] = json.loads(line)
        playing = [cameras[number] for number in wish["cameras"]]
        written = await _play(playing, wish["rate"], wish["count"])
        writer.write(json.dumps(written).encode() + b"\n")
        await writer.drain()
    writer.close()


async def _run(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, stopped.set)
    profile = load("mfw7442k1")
    async with AsyncExitStack() as stack:
        cameras = []
        for number in range(arguments.count):
            serial = f"9C0A11BPAZ{arguments.first + number:05d}"
            alike = replace(profile, identity=replace(profile.identity, serial=serial))
            camera = VirtualCamera(alike, password=arguments.password)
            remembered = RememberedStills(camera, arguments.still_seconds)
            vars(camera.machine)["still"] = remembered.still
            cameras.append(await stack.enter_async_context(camera))
            camera.machine.store.put("General.MachineName", serial)
        server = await asyncio.start_server(partial(_conduct, cameras), "127.0.0.1", 0)
        ports = [
            {"http": c.http_port, "rtsp": c.rtsp_port, "control": c.control_port} for c in cameras
        ]
        conductor = server.sockets[0].getsockname()[1]
        print(json.dumps({"conductor": conductor, "cameras": ports}), flush=True)
        await stopped.wait()
        server.close()


def main() -> None:
    """Run until told to stop."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.cameras_process", description=__doc__
    )
    parser.add_argument("--password", required=True)
    parser.add_argument("--count", type=int, default=1, help="how many cameras")
    parser.add_argument("--first", type=int, default=1, help="number of the first one")
    parser.add_argument(
        "--still-seconds", type=float, default=0.3, help="how long a still takes the camera"
    )
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
