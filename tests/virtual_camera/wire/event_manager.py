"""eventManager.cgi: the event stream and what is asked about events."""

from tests.virtual_camera.event_stream import Subscription, codes_of
from tests.virtual_camera.http_server import Response

from .answers import face, lines
from .call import BadCallError, Call, Endpoint

_LONGEST_BEAT = 60.0
# Codes that a camera refusing unknown ones still takes.
_KNOWN_CODES = frozenset(
    {
        "AlarmLocal",
        "AudioAnomaly",
        "AudioMutation",
        "CrossLineDetection",
        "CrossRegionDetection",
        "FaceDetection",
        "FaceRecognition",
        "HumanTrait",
        "IPConflict",
        "LeftDetection",
        "LoginFailure",
        "MacConflict",
        "MoveDetection",
        "NTPAdjustTime",
        "NetAbort",
        "NewFile",
        "NonMotorDetect",
        "ParkingDetection",
        "RioterDetection",
        "SceneChange",
        "StorageFailure",
        "StorageLowSpace",
        "StorageNotExist",
        "TakenAwayDetection",
        "TimeChange",
        "TrafficJunction",
        "VehicleDetect",
        "VideoAbnormalDetection",
        "VideoBlind",
        "VideoLoss",
        "VideoMotion",
        "VideoMotionInfo",
        "VideoUnFocus",
        "WanderDetection",
    }
)


async def attach(call: Call) -> None:
    """Turn the connection into an event stream."""
    codes = codes_of(call.text("codes", "[All]"))
    switches = call.machine.profile.switches
    if switches.refuses_unknown_codes and codes and codes - _KNOWN_CODES:
        raise BadCallError
    beat = call.number("heartbeat", call.number("keepalive", 0))
    channel = call.channel() if call.text("channel") else None
    heartbeat = min(max(beat, 1.0), _LONGEST_BEAT) if beat else None
    await call.machine.hub.serve(call.connection, Subscription(codes, channel, heartbeat))


async def get_event_indexes(call: Call) -> Response:
    """Print the channels on which something of this code goes on."""
    if not call.text("code"):
        raise BadCallError
    active = call.machine.hub.active_channels(call.text("code"))
    if not active:
        return face(call.machine.profile.faces.no_events)
    return lines((f"channels[{row}]", channel) for row, channel in enumerate(active))


async def get_exposure_events(call: Call) -> Response:
    """Print the codes that the camera admits to."""
    codes = call.machine.profile.exposure_events
    return lines((f"events[{row}]", code) for row, code in enumerate(codes))


ENDPOINTS: dict[str, Endpoint] = {
    "eventManager.attach": attach,
    "eventManager.getEventIndexes": get_event_indexes,
    "eventManager.getExposureEvents": get_exposure_events,
}
