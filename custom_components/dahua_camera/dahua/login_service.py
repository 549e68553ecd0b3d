"""The first step of the camera's web login: why logins are refused, and whether this is a camera.

A camera that has no connection left answers 401 as it does to a wrong password. Its web login
needs no account for its first step, so what it answers there is not about the password. No other
device answers alike.
"""

from datetime import timedelta
from http import HTTPStatus
import json

from aiohttp import ClientResponse

from .errors import AccountLockedError, ConnectionLimitError

PATH = "/RPC2_Login"

_CHALLENGE = 268632079
_LOCKED = 268632081
_NO_SESSION_LEFT = {268632074, 268632075}
_FULL_STATUS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE}


def first_step(username: str) -> bytes:
    """Return the body of a login's first step: it asks for a challenge and holds no password."""
    parameters = {"userName": username, "password": "", "clientType": "Web3.0"}
    return json.dumps({"method": "global.login", "params": parameters, "id": 1}).encode()


def raise_other_reason(response: ClientResponse, body: bytes) -> None:
    """Raise ConnectionLimitError or AccountLockedError where that is why logins are refused.

    Returns where the web login works, is not there, or cannot be understood.
    """
    if response.status in _FULL_STATUS:
        raise ConnectionLimitError("the camera has no connection left")
    try:
        answer = json.loads(body)
        code = answer["error"]["code"]
    except ValueError, KeyError, TypeError:
        return
    if code in _NO_SESSION_LEFT:
        raise ConnectionLimitError("the camera has no session left")
    if code == _LOCKED:
        raise AccountLockedError("the camera has locked the account", _remaining(answer))


def is_challenge(body: bytes) -> bool:
    """Tell whether an answer to the first step is the one that only these cameras give."""
    try:
        answer = json.loads(body)
        return bool(answer["error"]["code"] == _CHALLENGE)
    except ValueError, KeyError, TypeError:
        return False


def _remaining(answer: object) -> timedelta | None:
    parameters = answer.get("params") if isinstance(answer, dict) else None
    seconds = parameters.get("remainLockSecond") if isinstance(parameters, dict) else None
    return timedelta(seconds=seconds) if isinstance(seconds, int) else None
