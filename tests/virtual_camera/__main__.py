"""Run one virtual camera until it is told to stop, or record a camera for one to play.

    python -m tests.virtual_camera --password secret --profile their_camera.json
    python -m tests.virtual_camera --record 192.0.2.10 --username admin > their_camera.json

The password of a camera that is recorded is asked for.
"""

import argparse
import asyncio
import json
import signal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .camera import VirtualCamera
from .profile import Profile, available, available_overlays, load


def _time_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise argparse.ArgumentTypeError(name) from error


def _profile(name: str) -> Profile:
    try:
        return load(name)
    except LookupError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.virtual_camera",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"profiles: {', '.join(available())}; overlays: {', '.join(available_overlays())}",
    )
    parser.add_argument("--host", default="127.0.0.1", choices=["127.0.0.1"])
    for name in ("http", "https", "rtsp", "control", "discovery"):
        parser.add_argument(f"--{name}-port", type=int, default=0, help="0: any free one")
    parser.add_argument("--username", default="admin")
    parser.add_argument("--password", help="of the virtual camera")
    parser.add_argument(
        "--profile",
        type=_profile,
        default="mfw7442k1",
        help="a name, name+overlay+overlay, or the file of a recorded camera",
    )
    parser.add_argument("--time-zone", type=_time_zone, default=ZoneInfo("UTC"))
    parser.add_argument("--record", metavar="HOST", help="ask this camera what it is, and end")
    parser.add_argument("--seconds", type=float, default=10, help="how long to record events")
    arguments = parser.parse_args()
    if arguments.password is None and arguments.record is None:
        parser.error("a virtual camera needs a --password")
    if arguments.password is not None and arguments.record is not None:
        parser.error("the password of a camera to record is asked for")
    return arguments


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


def _main(arguments: argparse.Namespace) -> None:
    if arguments.record is None:
        asyncio.run(_run(arguments))
    else:
        # Home Assistant takes seconds to import, and the virtual camera itself does without.
        from tests import recorder  # noqa: PLC0415

        recorder.main(arguments.record, arguments.username, arguments.seconds)


if __name__ == "__main__":
    _main(_arguments())
