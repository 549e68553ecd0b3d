"""snapManager.cgi: events with the stills that were taken for them."""

from tests.virtual_camera.event_stream import codes_of
from tests.virtual_camera.snapshot_hub import SnapshotStream

from .call import BadCallError, Call, Endpoint

_ALL_CHANNELS = "-1"


async def attach_file_proc(call: Call) -> None:
    """Turn the connection into a stream of lines and pictures."""
    if call.text("Flags[0]") != "Event":
        raise BadCallError
    stream = SnapshotStream(
        machine=call.machine,
        connection=call.connection,
        codes=codes_of(call.text("Events", "[All]")),
        channel=None if call.text("channel") == _ALL_CHANNELS else call.channel(),
        heartbeat=max(call.number("heartbeat", 60), 1),
    )
    await stream.serve()


ENDPOINTS: dict[str, Endpoint] = {"snapManager.attachFileProc": attach_file_proc}
