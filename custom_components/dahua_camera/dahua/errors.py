"""Everything that can go wrong with a camera, in one hierarchy."""

from datetime import timedelta
from enum import StrEnum


class DahuaError(Exception):
    """Base of all errors of this library; no text of one holds a secret."""


class CannotConnectError(DahuaError):
    """Nothing answers, or the connection broke before the answer was complete."""


class RequestTimeoutError(CannotConnectError):
    """The camera took the request but did not answer in time."""


class NotADahuaCameraError(DahuaError):
    """Something answers, but it does not speak the camera's protocol."""


class RedirectedError(DahuaError):
    """The camera sends its clients to another address, usually its HTTPS port.

    `location` is where to.
    """

    def __init__(self, location: str) -> None:
        super().__init__(f"the camera redirects to {location}")
        self.location = location


class LoginError(DahuaError):
    """Base of the ways in which a camera turns a login away."""


class InvalidCredentialsError(LoginError):
    """The user name or the password is wrong."""


class AccountLockedError(LoginError):
    """Too many wrong logins: the camera refuses the account for a while.

    `remaining` is how long, where the camera tells.
    """

    def __init__(self, message: str, remaining: timedelta | None = None) -> None:
        super().__init__(message)
        self.remaining = remaining


class DigestUnsupportedError(LoginError):
    """The camera offers no way to log in that is both known and safe."""


class PermissionDeniedError(DahuaError):
    """The account exists but may not do this."""


class CameraBusyError(DahuaError):
    """The camera cannot answer now: it is starting, overloaded or has no connection left."""


class ConnectionLimitError(CameraBusyError):
    """The camera has no connection or session left: other clients hold them all."""


class NotSupportedError(DahuaError):
    """The camera does not know this request, table or channel."""


class MalformedResponseError(DahuaError):
    """The answer is not what the protocol promises, or larger than it may be."""


class Obstacle(StrEnum):
    """What kept a command from taking effect."""

    IGNORED = "ignored"
    """The camera said OK and kept its value."""
    REFUSED = "refused"
    """The camera does not take the value."""
    SCHEME = "scheme"
    """The scheme gives the channel to the other emitter."""
    PROFILE = "profile"
    """A profile that may be in force has no such setting."""
    MOVING = "moving"
    """A motor did not come to rest where it was sent."""


class WriteNotAppliedError(DahuaError):
    """The camera took a command, but reading back shows that it did not take effect.

    `obstacle` is the reason found, `setting` the key or thing that stayed as it was.
    """

    def __init__(self, obstacle: Obstacle, setting: str) -> None:
        super().__init__(f"{obstacle}: {setting}")
        self.obstacle = obstacle
        self.setting = setting
