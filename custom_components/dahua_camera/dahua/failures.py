"""What the network does to a request, as this library's errors."""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
from socket import gaierror
from ssl import SSLError

from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientSSLError,
    ConnectionTimeoutError,
)

from .errors import (
    CannotConnectError,
    DahuaError,
    DigestUnsupportedError,
    HostUnknownError,
    HostUnreachableError,
    PortClosedError,
    RequestTimeoutError,
    TlsUnavailableError,
)

_BY_NUMBER: dict[int | None, type[CannotConnectError]] = {
    errno.ECONNREFUSED: PortClosedError,
    errno.EHOSTDOWN: HostUnreachableError,
    errno.EHOSTUNREACH: HostUnreachableError,
    errno.ENETUNREACH: HostUnreachableError,
}


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn what aiohttp and sockets raise into this library's errors."""
    try:
        yield
    except ConnectionTimeoutError:
        raise HostUnreachableError("nothing answered in time") from None
    except TimeoutError:
        raise RequestTimeoutError("the camera did not answer in time") from None
    except UnicodeError:
        # It cannot even be asked for.
        raise HostUnknownError("that is no host name") from None
    except (ClientError, OSError) as error:
        raise _translated(error) from error


def _translated(error: ClientError | OSError) -> DahuaError:
    text = str(error) or type(error).__name__
    match error:
        case ClientConnectorDNSError() | gaierror():
            return HostUnknownError(text)
        case ClientSSLError() | SSLError():
            return TlsUnavailableError(text)
        case OSError():
            return _BY_NUMBER.get(error.errno, CannotConnectError)(text)
    return (DigestUnsupportedError if "digest" in text.lower() else CannotConnectError)(text)
