"""`scripts/demo`: start everything, say where it is, stop everything."""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from getpass import getpass
import json
from pathlib import Path
import signal
import sys
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from .api import Api
from .cameras import Account, StagedCamera, staged_camera
from .check import check
from .dashboard import as_yaml
from .entities import registered
from .home_assistant import Running, free_port, home_assistant, prepare
from .page import make_page
from .progress import DemoError, say
from .scenes import perform
from .setup import add_camera, pair_sensors

_NIGHT = 0.8
# The camera whose sensors the demo knows how to pair.
_PAIRED = "mfw7442k1"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="one line on standard output when ready"
    )
    parser.add_argument(
        "--cameras", type=int, default=1, metavar="N", help="how many virtual cameras"
    )
    parser.add_argument(
        "--port", type=int, metavar="P", help="Home Assistant's port; 0: any free one"
    )
    parser.add_argument("--still", action="store_true", help="nobody passes by on their own")
    parser.add_argument(
        "--check", action="store_true", help="assert that everything works, and stop"
    )
    parser.add_argument(
        "--empty", action="store_true", help="leave it to you to add the camera, and tell how"
    )
    parser.add_argument(
        "--yaml", action="store_true", help="print the dashboard for pasting, and stop"
    )
    parser.add_argument(
        "--profile",
        default=_PAIRED,
        metavar="NAME",
        help="what the virtual cameras are: a name, a capture's FILE.json, +overlays",
    )
    parser.add_argument("--camera", metavar="HOST", help="show a real camera instead")
    parser.add_argument(
        "--username", default="admin", metavar="U", help="the real camera's account"
    )
    arguments = parser.parse_args()
    if arguments.camera and arguments.check:
        parser.error("--check works with virtual cameras only")
    if arguments.empty and (arguments.camera or arguments.check or arguments.yaml):
        parser.error("--empty has no camera to do that with")
    if arguments.cameras < 1:
        parser.error("--cameras must be at least 1")
    return arguments


async def _run(arguments: argparse.Namespace, real: Account | None) -> None:
    """Start everything and keep it up until cancelled; with `--check` until that is done."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dahua-camera-demo-")))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        staged: list[StagedCamera] = []
        for number in range(1, 1 + (0 if real else arguments.cameras)):
            say(f"starting virtual camera {number}")
            opening = staged_camera(number, arguments.profile, folder, session)
            staged.append(await stack.enter_async_context(opening))
            await staged[-1].darken(_NIGHT)
        port = stack.enter_context(free_port(arguments.port))
        url = f"http://127.0.0.1:{port}"
        prepare(folder, url, port, [camera.control for camera in staged])
        say("starting Home Assistant (the very first start takes longest)")
        running = await stack.enter_async_context(home_assistant(folder, url, session))
        api = running.api
        accounts = [real] if real else [camera.account for camera in staged]
        if not arguments.empty:
            await _add(api, accounts)
        if arguments.profile == _PAIRED and not arguments.empty:
            await _pair(api, staged)
        entities = await registered(api)
        if arguments.yaml:
            print(as_yaml(entities), end="")
            return
        if arguments.empty:
            page = _tell_how_to_add(url, accounts)
        else:
            page = await make_page(api, entities, staged=bool(staged))
            say(f"ready: {len(entities.all)} entities on {page}")
        if arguments.check:
            await check(api, staged[0], folder)
            say("everything works")
            return
        if arguments.json:
            ready = {
                "home_assistant": url,
                "token": api.token,
                "cameras": [_ready_line(camera, arguments) for camera in staged],
                "config": str(folder),
            }
            print(json.dumps(ready), flush=True)
        say(f"open {page} in a browser; Ctrl-C stops everything")
        await _stay(running, () if arguments.still else staged)


async def _add(api: Api, accounts: Sequence[Account]) -> None:
    for account in accounts:
        say(f"adding the camera at {account.host} through its config flow")
        say(f"set up: {await add_camera(api, account)}")


async def _pair(api: Api, cameras: Sequence[StagedCamera]) -> None:
    for camera in cameras:
        say("pairing its sensors: one spots, the other identifies")
        await pair_sensors(api, camera.serial)


def _tell_how_to_add(url: str, accounts: Sequence[Account]) -> str:
    """Say what to fill in; returns where that is done."""
    for account in accounts:
        say(f"add the camera: host {account.host}, user {account.username}, ")
        say(f"  password {account.password}; advanced: port {account.http}, RTSP {account.rtsp}")
    return f"{url}/config/integrations/dashboard"


def _ready_line(camera: StagedCamera, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return where a camera is, and how to log in where that is left to others."""
    login = {"username": camera.account.username, "password": camera.account.password}
    return camera.ports | (login if arguments.empty else {})


async def _stay(running: Running, cameras: Sequence[StagedCamera]) -> None:
    """Let people pass by for as long as Home Assistant runs."""
    passing = asyncio.create_task(perform(cameras))
    try:
        await asyncio.wait({running.ended, passing}, return_when=asyncio.FIRST_COMPLETED)
        if passing.done():
            passing.result()
    finally:
        passing.cancel()
    message = "Home Assistant has ended by itself"
    raise DemoError(message)


async def _main(arguments: argparse.Namespace, real: Account | None) -> int:
    running = asyncio.create_task(_run(arguments, real))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # Asked twice, it goes on stopping: nothing may be left behind.
        if not running.cancelling():
            say("stopping")
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        await running
    except DemoError as error:
        say(str(error))
        return 1
    except asyncio.CancelledError:
        return 0
    return 0


def main() -> int:
    """Ask what must be asked, then run."""
    arguments = _arguments()
    real = None
    if arguments.camera:
        question = f"Password of {arguments.username} on {arguments.camera}: "
        real = Account(arguments.camera, arguments.username, getpass(question))
    return asyncio.run(_main(arguments, real))


if __name__ == "__main__":
    sys.exit(main())
