"""Everything that can go wrong with a camera, in one hierarchy."""

from datetime import timedelta
from enum import StrEnum


class DahuaError(Exception):
    """Base of all errors of this library; no text of one holds a secret."""


class CannotConnectError(DahuaError):
    """No connection, or it broke before the answer was complete."""


class HostUnknownError(CannotConnectError):
    """No address can be found for the host name."""


class HostUnreachableError(CannotConnectError):
    """Nothing answers at the address."""


class PortClosedError(CannotConnectError):
    """Something has the address, but nothing listens at the port."""


class TlsUnavailableError(CannotConnectError):
    """What listens at the port does not speak TLS, or none that is known here."""


class RequestTimeoutError(CannotConnectError):
    """The camera took the request but did not answer in time."""


class NotADahuaCameraError(DahuaError):
    """Something answers, but it does not speak the camera's protocol."""


class AnotherCameraError(DahuaError):
    """A camera answers, but not the one that is meant: its serial number is another.

    `host` is where.
    """

    def __init__(self, host: str) -> None:
        super().__init__(f"another camera answers at {host}")
        self.host = host


class RecorderError(DahuaError):
    """It speaks the protocol, but is a recorder: what it shows are the cameras of others."""


class CgiDisabledError(DahuaError):
    """It is such a camera, but its CGI service is switched off."""


class RedirectedError(DahuaError):
    """The camera sends its clients somewhere else, where nobody follows.

    `location` is where to.
    """

    def __init__(self, location: str) -> None:
        super().__init__(f"the camera redirects to {location}")
        self.location = location


class HttpsRequiredError(DahuaError):
    """The camera wants to be talked to over HTTPS.

    `port` is where, on the same host.
    """

    def __init__(self, port: int) -> None:
        super().__init__(f"the camera wants HTTPS at port {port}")
        self.port = port


class CertificateChangedError(DahuaError):
    """Another certificate than the trusted one was shown; nothing was sent.

    `expected` and `got` are fingerprints: SHA-256 as hexadecimal digits.
    """

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f"the certificate is not {expected} but {got}")
        self.expected = expected
        self.got = got


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


class UnclearRefusalError(NotSupportedError):
    """The camera refuses without a reason: it does not know the request, or is starting."""


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
