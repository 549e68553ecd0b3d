"""Looking at a certificate, and at what happens on the way to it; over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
import errno
from hashlib import sha256
import socket
import ssl

from aiohttp import ClientSession, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
import pytest

from custom_components.dahua_camera.dahua import certificate
from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.certificate import (
    PinnedCertificate,
    fetch_certificate,
    fingerprint_of,
    readable,
)
from custom_components.dahua_camera.dahua.errors import (
    CannotConnectError,
    CertificateChangedError,
    DahuaError,
    HostUnknownError,
    HostUnreachableError,
    HttpsRequiredError,
    PortClosedError,
    RedirectedError,
    TlsUnavailableError,
)
from custom_components.dahua_camera.dahua.failures import translated_errors
from custom_components.dahua_camera.dahua.http import CameraHttp
from tests.virtual_camera import VirtualCamera


@pytest.fixture
async def camera(socket_enabled: None) -> AsyncIterator[VirtualCamera]:
    async with VirtualCamera(overlays=("https",)) as virtual_camera:
        yield virtual_camera


@pytest.fixture
def context() -> ssl.SSLContext:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return trusting


async def test_certificate_is_fetched_without_a_request(
    camera: VirtualCamera, context: ssl.SSLContext
) -> None:
    shown = await fetch_certificate("127.0.0.1", camera.https_port, context)
    assert ssl.DER_cert_to_PEM_cert(shown).startswith("-----BEGIN CERTIFICATE-----")
    assert fingerprint_of(shown) == sha256(shown).hexdigest()
    assert not camera.requests


def test_fingerprint_is_read_in_pairs() -> None:
    assert readable("00abff") == "00:AB:FF"


async def test_nothing_listens(
    socket_enabled: None, unused_tcp_port: int, context: ssl.SSLContext
) -> None:
    with pytest.raises(PortClosedError):
        await fetch_certificate("127.0.0.1", unused_tcp_port, context)


async def test_nothing_answers(
    socket_enabled: None, context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate, "_TIMEOUT", 0.1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        crowd = [socket.socket() for _ in range(3)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(deaf.getsockname())
        with pytest.raises(HostUnreachableError):
            await fetch_certificate("127.0.0.1", deaf.getsockname()[1], context)
        for each in crowd:
            each.close()


type Talk = Callable[[asyncio.StreamWriter], object]

TALKS: dict[str, Talk] = {
    "says nothing": lambda _: None,
    "hangs up": lambda writer: writer.close(),
    "speaks HTTP": lambda writer: writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
}


@pytest.mark.parametrize("talk", TALKS)
async def test_no_tls_is_spoken(
    socket_enabled: None, context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, talk: str
) -> None:
    monkeypatch.setattr(certificate, "_TIMEOUT", 0.3)
    writers = []

    def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        TALKS[talk](writer)

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        with pytest.raises(TlsUnavailableError):
            await fetch_certificate("127.0.0.1", server.sockets[0].getsockname()[1], context)
        for writer in writers:
            writer.close()


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (OSError(errno.EHOSTUNREACH, "no route"), HostUnreachableError),
        (OSError(errno.ENETUNREACH, "no network"), HostUnreachableError),
        (OSError(errno.ECONNREFUSED, "refused"), PortClosedError),
        (OSError(errno.ECONNRESET, "reset"), CannotConnectError),
        (OSError(), CannotConnectError),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), HostUnknownError),
        (ssl.SSLError(1, "wrong version"), TlsUnavailableError),
        (UnicodeEncodeError("idna", "a..b", 2, 3, "label empty"), HostUnknownError),
    ],
)
def test_what_the_network_does_is_told_apart(raised: Exception, kind: type[DahuaError]) -> None:
    with pytest.raises(kind) as caught, translated_errors():
        raise raised
    assert type(caught.value) is kind
    assert str(caught.value)


async def test_another_certificate_is_sent_no_request(
    camera: VirtualCamera, context: ssl.SSLContext
) -> None:
    expected = fingerprint_of(await fetch_certificate("127.0.0.1", camera.https_port, context))
    connector = TCPConnector(ssl=PinnedCertificate(bytes.fromhex(expected)))
    async with ClientSession(connector=connector) as session:
        address = Address("127.0.0.1", camera.https_port, https=True)
        http = CameraHttp(session, address, camera.username, camera.password, ssl=context)
        await http.get_text("magicBox.cgi", "action=getDeviceType")
        camera.set_fault("new_certificate")
        got = fingerprint_of(await fetch_certificate("127.0.0.1", camera.https_port, context))
        camera.requests.clear()
        for _ in range(2):
            with pytest.raises(CertificateChangedError) as caught:
                await http.get_text("magicBox.cgi", "action=getDeviceType")
            assert (caught.value.expected, caught.value.got) == (expected, got)
        with pytest.raises(CertificateChangedError):
            async with http.open_stream("eventManager.cgi", "action=attach", silence=5):
                pass
        with pytest.raises(CertificateChangedError):
            await http.has_web_login()
        assert not camera.requests
        camera.clear_fault("new_certificate")
        await http.get_text("magicBox.cgi", "action=getDeviceType")
    assert camera.state()["logins"]["rejected"] == 0


class SeveralAddresses(AbstractResolver):
    """Gives a host an address where the camera is, and others where nothing is."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=family,
                proto=socket.IPPROTO_TCP,
                flags=0,
            )
            for each in ("127.0.0.1", "127.0.0.2", "127.0.0.3")
        ]

    async def close(self) -> None:
        """Hold nothing."""


async def test_another_certificate_is_told_whatever_other_addresses_the_host_has(
    camera: VirtualCamera, context: ssl.SSLContext
) -> None:
    connector = TCPConnector(ssl=PinnedCertificate(bytes(32)), resolver=SeveralAddresses())
    async with ClientSession(connector=connector) as session:
        address = Address("camera.lan", camera.https_port, https=True)
        http = CameraHttp(session, address, camera.username, camera.password, ssl=context)
        with pytest.raises(CertificateChangedError):
            await http.get_text("magicBox.cgi", "action=getDeviceType")
    assert not camera.requests


async def test_connection_that_ends_with_the_handshake(
    camera: VirtualCamera, context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start_tls(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(asyncio.get_running_loop(), "start_tls", start_tls)
    with pytest.raises(TlsUnavailableError, match="broke off"):
        await fetch_certificate("127.0.0.1", camera.https_port, context)


HTTP = Address("camera.lan", 8080)
HTTPS = Address("camera.lan", 8443, https=True)


@pytest.mark.parametrize(
    ("address", "location", "port"),
    [
        (HTTP, "https://camera.lan/", 443),
        (HTTP, "https://camera.lan:8443/cgi-bin/x.cgi?a=b", 8443),
        (HTTP, "https://CAMERA.lan:443/", 443),
        (HTTP, "//camera.lan/", None),
        (HTTP, "/login.html", None),
        (HTTP, "https://other.lan/", None),
        (HTTP, "https://camera.lan.evil.example/", None),
        (HTTP, "https://camera.lan@evil.example/", None),
        (HTTP, "ftp://camera.lan/", None),
        (HTTP, "mailto:camera.lan", None),
        (HTTP, "https://[/", None),
        (HTTP, "https://camera.lan:99999/", None),
        (HTTP, "", None),
        (HTTPS, "https://camera.lan/", None),
        (HTTPS, "http://camera.lan/", None),
    ],
)
def test_only_https_on_the_same_host_is_worth_offering(
    address: Address, location: str, port: int | None
) -> None:
    found = address.redirection(location)
    if port is None:
        assert isinstance(found, RedirectedError)
        assert "@" not in found.location
    else:
        assert isinstance(found, HttpsRequiredError)
        assert found.port == port


async def test_redirect_that_a_camera_gives_is_told(camera: VirtualCamera) -> None:
    camera.set_fault("https_only")
    async with ClientSession() as session:
        address = Address("127.0.0.1", camera.http_port)
        http = CameraHttp(session, address, camera.username, camera.password)
        for ask in (http.greets_as_camera, lambda: http.get_text("magicBox.cgi", "action=x")):
            with pytest.raises(HttpsRequiredError) as caught:
                await ask()
            assert caught.value.port == camera.https_port
    assert not any(request["login"] for request in camera.requests)
