"""Recording a camera into a file from which a virtual camera plays it."""

import asyncio
from getpass import getpass
import json
import sys
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from custom_components.dahua_camera.connection import create_http, create_session, pinned
from custom_components.dahua_camera.dahua.camera import DahuaCamera
from custom_components.dahua_camera.dahua.errors import DahuaError
from custom_components.dahua_camera.dahua.event_sample import EventSample
from custom_components.dahua_camera.dahua.event_stream import EventStream
from custom_components.dahua_camera.dahua.report import make_report


def main(address: str, username: str, seconds: float) -> None:
    """Ask for the password and print the recording."""
    password = getpass(f"Password of {username} at {address}: ")
    try:
        report = asyncio.run(record(address, username, password, seconds))
    except DahuaError as error:
        sys.exit(f"{address} could not be recorded: {error}")
    print(json.dumps(report, indent=2, ensure_ascii=False))


async def record(address: str, username: str, password: str, seconds: float) -> dict[str, Any]:
    """Ask a camera all that the integration asks and listen to its events for a while.

    `address` is a host, with a port and `https://` where needed. Returns what the diagnostics
    of the integration hold; raises the errors of its library.
    """
    url = URL(address if "://" in address else f"http://{address}")
    data: dict[str, Any] = {"username": username, "password": password}
    data |= {"host": url.host, "port": url.port, "https": url.scheme == "https"}
    data = await pinned(data)
    session = create_session(data)
    try:
        return await _record(session, data, seconds)
    finally:
        await session.close()


async def _record(session: ClientSession, data: dict[str, Any], seconds: float) -> dict[str, Any]:
    camera = await DahuaCamera.connect(create_http(session, data))
    await camera.read()
    sample = EventSample()
    stream = EventStream(
        camera.http,
        on_event=sample.note,
        on_connected=lambda: None,
        on_lost=lambda _: None,
    )
    listening = asyncio.create_task(stream.run())
    await asyncio.wait([listening], timeout=seconds)
    report = make_report(camera, sample, stream)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await camera.close()
    return report
