"""The certificate that a camera shows: looked at, and held to, before anything is sent."""

import asyncio
from hashlib import sha256
from ssl import SSLContext, SSLObject
from typing import override

from aiohttp import Fingerprint, ServerFingerprintMismatch

from .errors import CertificateChangedError, HostUnreachableError, TlsUnavailableError
from .failures import translated_errors

_TIMEOUT = 5.0


class PinnedCertificate(Fingerprint):
    """Accepts one certificate only: a connection that shows another is closed before a request.

    No further address of the host is tried then, as its failure would hide what was found out.
    """

    @override
    def check(self, transport: asyncio.Transport) -> None:
        try:
            super().check(transport)
        except ServerFingerprintMismatch as error:
            transport.abort()
            raise CertificateChangedError(error.expected.hex(), error.got.hex()) from None


async def fetch_certificate(host: str, port: int, context: SSLContext) -> bytes:
    """Return the certificate in DER that is shown at a port; not one byte of a request is sent.

    Raises CannotConnectError, and of its kinds TlsUnavailableError where TLS is not spoken.
    """
    loop = asyncio.get_running_loop()
    with translated_errors():
        try:
            async with asyncio.timeout(_TIMEOUT):
                plain, protocol = await loop.create_connection(asyncio.Protocol, host, port)
        except TimeoutError:
            raise HostUnreachableError("nothing answered in time") from None
    try:
        async with asyncio.timeout(_TIMEOUT):
            secure = await loop.start_tls(plain, protocol, context, server_hostname=host)
    except OSError as error:
        raise TlsUnavailableError(str(error) or "no TLS was spoken in time") from error
    finally:
        plain.abort()
    tls: SSLObject | None = secure.get_extra_info("ssl_object") if secure else None
    if tls is None:
        raise TlsUnavailableError("the connection broke off in the handshake")
    return tls.getpeercert(binary_form=True) or b""


def readable(fingerprint: str) -> str:
    """Return a fingerprint as people compare it: pairs of digits, with colons between."""
    return bytes.fromhex(fingerprint).hex(":").upper()


def fingerprint_of(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate in DER, as hexadecimal digits."""
    return sha256(certificate).hexdigest()
