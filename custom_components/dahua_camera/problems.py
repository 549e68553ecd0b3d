"""What went wrong, in the words of the user: the library's errors as translation keys."""

from .dahua.errors import (
    AccountLockedError,
    CameraBusyError,
    CannotConnectError,
    DahuaError,
    DigestUnsupportedError,
    InvalidCredentialsError,
    MalformedResponseError,
    NotADahuaCameraError,
    NotSupportedError,
    PermissionDeniedError,
    RedirectedError,
    RequestTimeoutError,
    WriteNotAppliedError,
)

# Derived errors stand before what they are derived from.
_KEYS: tuple[tuple[type[DahuaError], str], ...] = (
    (InvalidCredentialsError, "invalid_auth"),
    (AccountLockedError, "account_locked"),
    (DigestUnsupportedError, "digest_unsupported"),
    (NotADahuaCameraError, "not_a_camera"),
    (RedirectedError, "redirected"),
    (RequestTimeoutError, "timeout"),
    (CannotConnectError, "cannot_connect"),
    (CameraBusyError, "camera_busy"),
    (PermissionDeniedError, "permission_denied"),
    (NotSupportedError, "not_supported"),
    (MalformedResponseError, "malformed_response"),
)


def problem_key(error: DahuaError) -> str:
    """Return the translation key of an error, the same in forms and in exceptions."""
    if isinstance(error, WriteNotAppliedError):
        return f"not_applied_{error.obstacle}"
    return next(key for kind, key in _KEYS if isinstance(error, kind))


def problem_placeholders(error: DahuaError) -> dict[str, str]:
    """Return what the message of an exception tells besides its own words."""
    if isinstance(error, WriteNotAppliedError):
        return {"setting": error.setting}
    return {"error": str(error)}
