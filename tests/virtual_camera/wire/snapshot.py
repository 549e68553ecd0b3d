"""snapshot.cgi: a still of what a sensor sees now."""

import asyncio

from tests.virtual_camera.http_server import BrokenConnectionError, Response

from .answers import face
from .call import BadCallError, Call


async def snapshot(call: Call) -> Response:
    """Send a JPEG; a second call while one is under way gets its connection torn down."""
    machine = call.machine
    switches = machine.profile.switches
    if call.text("channel") == "0" and switches.snapshot_channel_zero == "first":
        channel = 0
    else:
        try:
            channel = call.channel()
        except BadCallError:
            return face(machine.profile.faces.channel)
    if not machine.encoding:
        return face("internal")
    if machine.snapshot_lock.locked() and switches.snapshot_resets_when_busy:
        raise BrokenConnectionError
    async with machine.snapshot_lock:
        await asyncio.sleep(switches.snapshot_seconds)
        return Response(200, await machine.still(channel), content_type="image/jpeg")
