"""Why a camera cannot be set up: what can be found out without logging in."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from homeassistant.const import CONF_PORT

from .connection import address_of, create_http, create_session, default_port
from .const import CONF_HTTPS
from .dahua.errors import (
    CameraBusyError,
    CannotConnectError,
    CgiDisabledError,
    DahuaError,
    HostUnknownError,
    HostUnreachableError,
    HttpsRequiredError,
    NotADahuaCameraError,
    RequestTimeoutError,
    TlsUnavailableError,
    UnclearRefusalError,
)
from .dahua.http import CameraHttp

# Nobody is there to be asked further, or the cause is clear.
_PLAIN = (HostUnknownError, HostUnreachableError, RequestTimeoutError, TlsUnavailableError)


async def find_cause(data: Mapping[str, Any], error: DahuaError) -> DahuaError:
    """Return the most telling reason why an entry's camera failed; `error` if there is no other."""
    if isinstance(error, _PLAIN):
        return error
    is_unclear = isinstance(error, UnclearRefusalError)
    if is_unclear or isinstance(error, NotADahuaCameraError):
        if await _is_so(data, CameraHttp.has_web_login):
            if is_unclear:
                return CameraBusyError("the camera is starting")
            return CgiDisabledError("the camera's web login answers, its CGI service does not")
    elif not isinstance(error, CannotConnectError):
        return error
    if (port := await _https_port(data)) is not None:
        return HttpsRequiredError(port)
    return NotADahuaCameraError(str(error)) if is_unclear else error


async def greets_as_camera(data: Mapping[str, Any]) -> bool:
    """Tell whether a camera asks for a login where an entry's data says; none is sent.

    Raises the library's errors, HttpsRequiredError among them.
    """
    return await _ask(data, CameraHttp.greets_as_camera)


async def _https_port(data: Mapping[str, Any]) -> int | None:
    """Return at which port of its host a camera speaks HTTPS that did not answer without."""
    if data.get(CONF_HTTPS):
        return None
    port = address_of(data).port
    candidates = [port]
    if port == default_port(https=False):
        candidates.append(default_port(https=True))
    for tried in candidates:
        secure = {**data, CONF_HTTPS: True, CONF_PORT: tried}
        if await _is_so(secure, CameraHttp.greets_as_camera):
            return tried
    return None


async def _is_so(
    data: Mapping[str, Any], question: Callable[[CameraHttp], Awaitable[bool]]
) -> bool:
    """Ask a yes-or-no question; one that cannot be answered counts as no."""
    try:
        return await _ask(data, question)
    except DahuaError:
        return False


async def _ask(data: Mapping[str, Any], question: Callable[[CameraHttp], Awaitable[bool]]) -> bool:
    async with create_session(data) as session:
        return await question(create_http(session, data))
