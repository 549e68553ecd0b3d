"""What the camera's answers mean: which of them are errors, and which."""

from .errors import (
    AccountLockedError,
    CameraBusyError,
    DahuaError,
    MalformedResponseError,
    NotSupportedError,
    PermissionDeniedError,
    UnclearRefusalError,
)

_FIRST_ERROR_STATUS = 400
_STATUS_ERRORS: dict[int, type[DahuaError]] = {
    400: NotSupportedError,
    403: PermissionDeniedError,
    404: NotSupportedError,
    405: NotSupportedError,
    500: CameraBusyError,
    501: NotSupportedError,
    502: CameraBusyError,
    503: CameraBusyError,
}
# What an error body says wins over its status, which differs between firmwares.
_BODY_ERRORS: tuple[tuple[str, type[DahuaError]], ...] = (
    ("user locked", AccountLockedError),
    ("authorization failed", PermissionDeniedError),
    ("invalid authority", PermissionDeniedError),
    ("authority:check failure", PermissionDeniedError),
    ("internal error", CameraBusyError),
    ("getting param in name", NotSupportedError),
    ("bad request", NotSupportedError),
    ("not implemented", NotSupportedError),
)
# All that a camera says while it is starting; some refuse everything so.
_NO_REASON = "error"
# An answer, although it looks like an error.
_NOTHING_ACTIVE = "error: no events"


def raise_for_answer(status: int, body: bytes) -> None:
    """Raise the error that an answer stands for; return when it is none.

    A body that starts with `Error` is one whatever its status; a web page is never an answer
    to a CGI request.
    """
    start = body[:400].decode("utf-8", errors="replace").strip()
    lowered = start.lower()
    if lowered.startswith(_NOTHING_ACTIVE):
        return
    if lowered.startswith("error"):
        for words, error in _BODY_ERRORS:
            if words in lowered:
                raise error(_first_line(start))
    error_type = _STATUS_ERRORS.get(status)
    if lowered == _NO_REASON and error_type in {None, NotSupportedError}:
        raise UnclearRefusalError("the camera gives no reason")
    if error_type:
        raise error_type(f"the camera answered {status}: {_first_line(start)}")
    if status >= _FIRST_ERROR_STATUS:
        raise MalformedResponseError(f"the camera answered {status}: {_first_line(start)}")
    if lowered.startswith("error"):
        raise NotSupportedError(_first_line(start))
    if start.startswith("<"):
        raise NotSupportedError("a web page came instead of an answer")


def _first_line(text: str) -> str:
    """Return what an error body says, on one line and short."""
    return " ".join(text.split())[:80]
