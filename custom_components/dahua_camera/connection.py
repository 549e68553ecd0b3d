"""From a config entry's data to a session with the camera."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME

from .const import CONF_CERTIFICATE, CONF_HTTPS
from .dahua.address import Address
from .dahua.certificate import PinnedCertificate, fetch_certificate, fingerprint_of
from .dahua.http import CameraHttp
from .tls import TOLERANT

HTTP_PORT = 80
HTTPS_PORT = 443

# One request, one still and the event stream.
_CONNECTIONS = 3


def create_session(data: Mapping[str, Any]) -> ClientSession:
    """Make the session for the camera that an entry's data describes; the caller closes it.

    It is not the one that Home Assistant shares, because connections are what a camera has
    least of: they are counted here, and closed when the entry is unloaded. Where a certificate
    is trusted, a connection that shows another one is closed before a request is sent.
    """
    trusted = data.get(CONF_CERTIFICATE)
    return ClientSession(
        connector=TCPConnector(
            limit=_CONNECTIONS, ssl=PinnedCertificate(bytes.fromhex(trusted)) if trusted else True
        ),
        # Some cameras set cookies with broken headers; none are needed.
        cookie_jar=DummyCookieJar(),
    )


def create_http(session: ClientSession, data: Mapping[str, Any]) -> CameraHttp:
    """Make the HTTP client for the camera that an entry's data describes."""
    return CameraHttp(
        session,
        address_of(data),
        data[CONF_USERNAME],
        data[CONF_PASSWORD],
        ssl=TOLERANT if data.get(CONF_HTTPS) else True,
    )


def address_of(data: Mapping[str, Any]) -> Address:
    """Return where the camera that an entry's data describes listens."""
    https = data.get(CONF_HTTPS, False)
    return Address(data[CONF_HOST], data.get(CONF_PORT) or default_port(https=https), https)


def default_port(*, https: bool) -> int:
    """Return where a camera listens whose owner left that as it was."""
    return HTTPS_PORT if https else HTTP_PORT


def over_https(data: Mapping[str, Any], port: int) -> dict[str, Any]:
    """Return an entry's data with HTTPS at a port, whose certificate is not known yet."""
    kept = {key: data[key] for key in data if key not in {CONF_PORT, CONF_CERTIFICATE}}
    usual = port == default_port(https=True)
    return kept | {CONF_HTTPS: True} | ({} if usual else {CONF_PORT: port})


def lacks_certificate(data: Mapping[str, Any]) -> bool:
    """Tell whether it has yet to be decided which certificate is the camera's."""
    return bool(data.get(CONF_HTTPS)) and not data.get(CONF_CERTIFICATE)


async def shown_certificate(data: Mapping[str, Any]) -> bytes:
    """Return the certificate in DER that a camera shows; raises the library's errors."""
    address = address_of(data)
    return await fetch_certificate(address.host, address.port, TOLERANT)


async def pinned(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's data with the certificate that the camera shows, if it needs one."""
    if not lacks_certificate(data):
        return dict(data)
    return {**data, CONF_CERTIFICATE: fingerprint_of(await shown_certificate(data))}
