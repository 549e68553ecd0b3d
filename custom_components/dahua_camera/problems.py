"""What went wrong, in the words of the user: the library's errors as translation keys."""

from datetime import timedelta
from math import ceil

from .dahua.certificate import readable
from .dahua.errors import (
    AccountLockedError,
    AnotherCameraError,
    CameraBusyError,
    CannotConnectError,
    CertificateChangedError,
    CgiDisabledError,
    ConnectionLimitError,
    DahuaError,
    DigestUnsupportedError,
    HostUnknownError,
    HostUnreachableError,
    HttpsRequiredError,
    InvalidCredentialsError,
    MalformedResponseError,
    NotADahuaCameraError,
    NotSupportedError,
    PermissionDeniedError,
    PortClosedError,
    RecorderError,
    RedirectedError,
    RequestTimeoutError,
    TlsUnavailableError,
    WriteNotAppliedError,
)

# Derived errors stand before what they are derived from.
_KEYS: tuple[tuple[type[DahuaError], str], ...] = (
    (InvalidCredentialsError, "invalid_auth"),
    (AccountLockedError, "account_locked"),
    (DigestUnsupportedError, "digest_unsupported"),
    (CertificateChangedError, "certificate_changed"),
    (HttpsRequiredError, "https_required"),
    (AnotherCameraError, "another_camera"),
    (RecorderError, "recorder"),
    (CgiDisabledError, "cgi_disabled"),
    (NotADahuaCameraError, "not_a_camera"),
    (RedirectedError, "redirected"),
    (HostUnknownError, "host_unknown"),
    (HostUnreachableError, "host_unreachable"),
    (PortClosedError, "port_closed"),
    (TlsUnavailableError, "tls_unavailable"),
    (RequestTimeoutError, "timeout"),
    (CannotConnectError, "cannot_connect"),
    (ConnectionLimitError, "connections_full"),
    (CameraBusyError, "camera_busy"),
    (PermissionDeniedError, "permission_denied"),
    (NotSupportedError, "not_supported"),
    (MalformedResponseError, "malformed_response"),
)


def problem_key(error: DahuaError) -> str:
    """Return the translation key of an error, the same in forms and in exceptions."""
    if isinstance(error, WriteNotAppliedError):
        return f"not_applied_{error.obstacle}"
    if isinstance(error, AccountLockedError) and error.remaining:
        return "account_locked_for"
    return next(key for kind, key in _KEYS if isinstance(error, kind))


def problem_placeholders(error: DahuaError) -> dict[str, str]:
    """Return what the message of an exception tells besides its own words."""
    told = {"error": str(error)}
    match error:
        case WriteNotAppliedError():
            return {"setting": error.setting}
        case AccountLockedError() if error.remaining:
            told["minutes"] = str(ceil(error.remaining / timedelta(minutes=1)))
        case AnotherCameraError():
            told["host"] = error.host
        case CertificateChangedError():
            told["expected"] = readable(error.expected)
            told["got"] = readable(error.got)
        case HttpsRequiredError():
            told["port"] = str(error.port)
        case RedirectedError():
            told["location"] = error.location
    return told
