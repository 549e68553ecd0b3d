"""Run one virtual camera until it is told to stop."""

import argparse
import asyncio
import json
import signal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .camera import VirtualCamera
from .profile import available, available_overlays


def _time_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise argparse.ArgumentTypeError(name) from error


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.virtual_camera",
        description=__doc__,
        epilog=f"profiles: {', '.join(available())}; overlays: {', '.join(available_overlays())}",
    )
    parser.add_argument("--host", default="127.0.0.1", choices=["127.0.0.1"])
    for name in ("http", "https", "rtsp", "control", "discovery"):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="0: any free one")
    parser.add_argument("--username", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--profile", default="mfw7442k1", help="a name, or name+overlay+overlay")
    parser.add_argument("--time-zone", type=_time_zone, default=ZoneInfo("UTC"))
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with VirtualCamera(
        arguments.profile,
        username=arguments.username,
        password=arguments.password,
        host=arguments.host,
        http_port=arguments.http_port,
        https_port=arguments.https_port,
        rtsp_port=arguments.rtsp_port,
        control_port=arguments.control_port,
        discovery_port=arguments.discovery_port,
        time_zone=arguments.time_zone,
    ) as camera:
        ports = {
            "http": camera.http_port,
            "rtsp": camera.rtsp_port,
            "control": camera.control_port,
        }
        if camera.https_port:
            ports["https"] = camera.https_port
        print(json.dumps(ports), flush=True)
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
