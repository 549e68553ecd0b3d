"""From a config entry's data to a session with the camera."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.util.ssl import SSLCipherList, client_context_no_verify

from .const import CONF_HTTPS
from .dahua.http import Address, CameraHttp

HTTP_PORT = 80
HTTPS_PORT = 443

# One request, one still and the event stream.
_CONNECTIONS = 3


def create_session() -> ClientSession:
    """Make the session for one camera; the caller closes it.

    It is not the one that Home Assistant shares, because connections are what a camera has
    least of: they are counted here, and closed when the entry is unloaded.
    """
    return ClientSession(
        connector=TCPConnector(limit=_CONNECTIONS),
        # Some cameras set cookies with broken headers; none are needed.
        cookie_jar=DummyCookieJar(),
    )


def address_of(data: Mapping[str, Any]) -> Address:
    """Return where the camera that an entry's data describes listens."""
    https = data.get(CONF_HTTPS, False)
    port = data.get(CONF_PORT, HTTPS_PORT if https else HTTP_PORT)
    return Address(data[CONF_HOST], port, https)


def create_http(session: ClientSession, data: Mapping[str, Any]) -> CameraHttp:
    """Make the door to the camera that an entry's data describes."""
    address = address_of(data)
    return CameraHttp(
        session,
        address,
        data[CONF_USERNAME],
        data[CONF_PASSWORD],
        # Cameras sign their own certificates, and old ones know old ciphers only.
        ssl=client_context_no_verify(SSLCipherList.INSECURE) if address.https else True,
    )
