"""devVideoInput.cgi and its like: sensors, lenses and what each of them can do."""

from tests.virtual_camera.http_server import Response
from tests.virtual_camera.lens import Lens

from .answers import OK, face, lines
from .call import BadCallError, Call, Endpoint

_MOTOR_STEPS = 1200


async def get_collect(call: Call) -> Response:
    """Print how many sensors there are."""
    return lines([("result", len(call.machine.hardware))])


async def get_audio_collect(_: Call) -> Response:
    """Print how many microphones or loudspeakers there are."""
    return lines([("result", 1)])


def _lens(call: Call) -> Lens:
    lens = call.machine.lenses.get(call.channel())
    if lens is None:
        raise BadCallError
    return lens


async def get_focus_status(call: Call) -> Response:
    """Print where the motors are."""
    lens = _lens(call)
    return lines(
        (
            ("status.AutofocusPeak", 0),
            ("status.Focus", f"{lens.focus:.6f}"),
            ("status.FocusMotorSteps", _MOTOR_STEPS),
            ("status.LenAdjustStatus", int(lens.moving)),
            ("status.ResetResult", 0),
            ("status.Status", "Autofocus" if lens.moving else "Normal"),
            ("status.Zoom", f"{lens.zoom:.6f}"),
            ("status.ZoomMotorSteps", _MOTOR_STEPS),
        )
    )


async def adjust_focus(call: Call) -> Response:
    """Send the motors to absolute positions; -1 leaves one where it is."""
    lens = _lens(call)
    zoom, focus = call.number("zoom", -1), call.number("focus", -1)
    lens.move(zoom=zoom if zoom >= 0 else None, focus=focus if focus >= 0 else None)
    return OK


async def auto_focus(call: Call) -> Response:
    """Look for the sharp position."""
    _lens(call).autofocus()
    return OK


async def get_caps(call: Call) -> Response:
    """Print what the profile lists for this endpoint, by channel where it lists several."""
    key = f"{call.request.path.rsplit('/', 1)[-1].removesuffix('.cgi')}.getCaps"
    answers = call.machine.profile.capabilities.get(key)
    if answers is None:
        return face(call.machine.profile.faces.endpoint)
    rows = answers[call.channel()] if len(answers) > 1 else answers[0]
    return lines((f"caps.{name}", value) for name, value in rows.items())


ENDPOINTS: dict[str, Endpoint] = {
    "devVideoInput.getCollect": get_collect,
    "devVideoInput.getCaps": get_caps,
    "devVideoInput.getFocusStatus": get_focus_status,
    "devVideoInput.adjustFocus": adjust_focus,
    "devVideoInput.autoFocus": auto_focus,
    "devVideoAnalyse.getCaps": get_caps,
    "coaxialControlIO.getCaps": get_caps,
    "devAudioInput.getCollect": get_audio_collect,
    "devAudioOutput.getCollect": get_audio_collect,
    "devAudioOutput.getCaps": get_caps,
    "eventManager.getCaps": get_caps,
    "storage.getCaps": get_caps,
}
