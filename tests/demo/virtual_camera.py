"""One virtual camera of the demo, a process of its own: the usual one with another serial."""

import argparse
import asyncio
from collections.abc import Mapping
from dataclasses import replace
import json
import signal
import socket
from zoneinfo import ZoneInfo

from tests.demo.time_zone import local_time_zone
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.picture import render
from tests.virtual_camera.profile import load

# Where searches of the network are sent.
_SEARCH_PORT = 37810


def _discovery_port() -> int:
    """Return the port of searches, or any where somebody else keeps it to themselves."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _SEARCH_PORT))
        except OSError:
            return 0
    return _SEARCH_PORT


async def _run(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    profile = load(arguments.profile)
    profile = replace(profile, identity=replace(profile.identity, serial=arguments.serial))
    async with VirtualCamera(
        profile,
        password=arguments.password,
        discovery_port=_discovery_port(),
        time_zone=ZoneInfo(local_time_zone()),
    ) as camera:
        camera.machine.store.put("General.MachineName", arguments.serial)
        for channel, title in enumerate(arguments.titles):
            camera.machine.store.put(f"ChannelTitle[{channel}].Name", title)
        ports: Mapping[str, int] = {
            "http": camera.http_port,
            "rtsp": camera.rtsp_port,
            "control": camera.control_port,
        }
        print(json.dumps(ports), flush=True)
        # Painted for the first time a scene takes seconds, which no player should wait for.
        async with asyncio.TaskGroup() as tasks:
            for channel in range(len(camera.channels)):
                view, size = camera.machine.view(channel), camera.machine.snapshot_size(channel)
                tasks.create_task(asyncio.to_thread(render, view, size))
            await stopped.wait()


def main() -> None:
    """Run until told to stop."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.demo.virtual_camera", description=__doc__
    )
    parser.add_argument("--profile", required=True)
    parser.add_argument("--serial", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--titles", nargs="*", default=(), help="what its channels are called")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
