"""The one door to the camera: every byte to and from it passes here.

It keeps to a small budget of connections (one request lane, one lane for stills, one event
stream), lets a user's command pass waiting polls, and counts refused logins for all its users
together, because a camera locks an account after a few.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from ssl import SSLContext
from typing import NoReturn
from urllib.parse import parse_qsl

from aiohttp import (
    ClientResponse,
    ClientSession,
    ClientTimeout,
    hdrs,
)
from yarl import URL

from . import login_service
from .address import Address
from .answers import raise_for_answer
from .errors import (
    AccountLockedError,
    CameraBusyError,
    CannotConnectError,
    ConnectionLimitError,
    DahuaError,
    InvalidCredentialsError,
    MalformedResponseError,
    PermissionDeniedError,
    RequestTimeoutError,
)
from .failures import translated_errors
from .login import Login
from .priority_lock import Priority, PriorityLock
from .traffic import Traffic, question_of

CONFIG_MANAGER = "configManager.cgi"

# The login itself gives up earlier; this ends the play with a camera that calls every nonce stale.
_LOGIN_TRIES = 3
_TEXT_LIMIT = 4 * 1024 * 1024
_PICTURE_LIMIT = 16 * 1024 * 1024
_TEXT_TIMEOUT = ClientTimeout(total=10, sock_connect=5)
# A camera needs up to a second for a still, a busy one several.
_PICTURE_TIMEOUT = ClientTimeout(total=9, sock_connect=5)
# Asked in the middle of a request, which has to have time left for its second try.
_WEB_LOGIN_TIMEOUT = ClientTimeout(total=4)

# How the realm of every camera's login begins, whether a serial number or a hash follows.
_REALM = "Login to "


class CameraHttp:
    """The camera's web service as one client sees it.

    All methods raise the errors of `errors`. `ssl` is aiohttp's: what to trust of HTTPS.
    """

    def __init__(
        self,
        session: ClientSession,
        address: Address,
        username: str,
        password: str,
        *,
        ssl: SSLContext | bool = True,
    ) -> None:
        self.address = address
        self.traffic = Traffic()
        self.login = Login(username, password, self._ask_for_another_reason)
        self._session = session
        self._ssl = ssl
        self._requests = PriorityLock()
        self._pictures = PriorityLock()
        self._doubting = asyncio.Lock()

    async def greets_as_camera(self) -> bool:
        """Tell whether what listens asks for a login as these cameras do; none is sent."""
        url = self.address.url("/cgi-bin/magicBox.cgi", "action=getSystemInfo")
        self.traffic.requests += 1
        with translated_errors():
            response = await self._session.get(
                url, timeout=_TEXT_TIMEOUT, ssl=self._ssl, allow_redirects=False
            )
            async with response:
                challenge = response.headers.get(hdrs.WWW_AUTHENTICATE, "")
        self._raise_for_redirect(response)
        return response.status == HTTPStatus.UNAUTHORIZED and _REALM in challenge

    async def has_web_login(self) -> bool:
        """Tell whether the web interface logs in as only these cameras' do; no account is told."""
        _, body = await self._begin_web_login("")
        return login_service.is_challenge(body)

    async def get_text(self, module: str, query: str, *, priority: Priority = Priority.POLL) -> str:
        """Return the text that a CGI module answers to a query such as `action=getCaps`."""
        async with self._requests.acquire(priority):
            body = await self._get(f"/cgi-bin/{module}", query, _TEXT_TIMEOUT, _TEXT_LIMIT)
        return body.decode("utf-8", errors="replace").lstrip("\ufeff\0")

    async def get_picture(
        self,
        module: str,
        query: str,
        *,
        priority: Priority = Priority.POLL,
        known: Callable[[], bytes | None] = lambda: None,
    ) -> bytes:
        """Return the JPEG that a CGI module answers; pictures have a lane of their own.

        What is `known` when the turn has come is returned without asking.
        """
        async with self._pictures.acquire(priority):
            if picture := known():
                return picture
            body = await self._get(f"/cgi-bin/{module}", query, _PICTURE_TIMEOUT, _PICTURE_LIMIT)
        if not body.startswith(b"\xff\xd8"):
            raise MalformedResponseError("the camera answered without a picture")
        return body

    @asynccontextmanager
    async def open_stream(
        self, module: str, query: str, *, silence: float
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open an answer without end and give its chunks as they arrive.

        RequestTimeoutError ends it after `silence` seconds without a byte,
        CannotConnectError when the camera closes it.
        """
        time_limit = ClientTimeout(total=None, sock_connect=5, sock_read=silence)
        async with self._open(f"/cgi-bin/{module}", query, time_limit) as response:
            if response.status != HTTPStatus.OK:
                self._raise_for_answer(response.status, await _read(response, _TEXT_LIMIT))
            yield self._chunks(response)

    async def _chunks(self, response: ClientResponse) -> AsyncIterator[bytes]:
        with translated_errors():
            async for chunk in response.content.iter_any():
                self.traffic.bytes_received += len(chunk)
                yield chunk
        raise CannotConnectError("the camera closed the stream")

    async def _get(self, path: str, query: str, time_limit: ClientTimeout, limit: int) -> bytes:
        question = question_of(path, query)
        self.traffic.questions[question] += 1
        try:
            async with self._open(path, query, time_limit) as response:
                body = await _read(response, limit)
                self.traffic.bytes_received += len(body)
                self._raise_for_answer(response.status, body)
                return body
        except PermissionDeniedError as error:
            self.traffic.note_failure(question, error)
            raise PermissionDeniedError(f"{_subject(path, query)}: {error}") from None
        except DahuaError as error:
            self.traffic.note_failure(question, error)
            raise

    def _raise_for_answer(self, status: int, body: bytes) -> None:
        try:
            raise_for_answer(status, body)
        except AccountLockedError as error:
            self.login.raise_locked(error.remaining)

    @asynccontextmanager
    async def _open(
        self, path: str, query: str, time_limit: ClientTimeout
    ) -> AsyncIterator[ClientResponse]:
        """Send a request, logging in as needed, and give the answer when its head has come."""
        url = self.address.url(path, query)
        for _ in range(_LOGIN_TRIES):
            self.login.raise_if_refused()
            try:
                response = await self._send(url, time_limit)
            except InvalidCredentialsError as error:
                await self._raise_confirmed(error)
            if response is None:
                continue
            async with response:
                self._raise_for_redirect(response)
                yield response
                return
        raise CameraBusyError("the camera keeps asking for a login")

    def _raise_for_redirect(self, response: ClientResponse) -> None:
        if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST:
            raise self.address.redirection(response.headers.get(hdrs.LOCATION, ""))

    async def _send(self, url: URL, time_limit: ClientTimeout) -> ClientResponse | None:
        """Send a request once; None where the login was refused and may be tried again."""
        if self._session.closed:
            raise CannotConnectError("the session has ended")
        self.traffic.requests += 1
        with translated_errors():
            response = await self._session.get(
                url,
                timeout=time_limit,
                ssl=self._ssl,
                allow_redirects=False,
                middlewares=self.login.middlewares,
            )
        if response.status != HTTPStatus.UNAUTHORIZED:
            return response
        async with response:
            body = await _read(response, _TEXT_LIMIT)
        self.login.judge_refusal(response, body.decode("utf-8", errors="replace"))
        return None

    async def _raise_confirmed(self, refusal: InvalidCredentialsError) -> NoReturn:
        """Find out, once for all, whether a refused login is about the account; raise it."""
        async with self._doubting:
            self.login.raise_if_refused()
            if not self.login.is_in_doubt:
                raise CameraBusyError("the camera refuses logins for a while")
            await self.login.believe(refusal)
            raise refusal

    async def _ask_for_another_reason(self, apart: bool) -> None:
        """Ask the web login why logins are refused; raises what is not about the account."""
        try:
            response, body = await self._begin_web_login(self.login.username, apart=apart)
            login_service.raise_other_reason(response, body)
        except RequestTimeoutError:
            # Whoever answers 401 at once and nothing here has no web login.
            return
        except AccountLockedError as error:
            self.login.raise_locked(error.remaining)
        except ConnectionLimitError:
            self.login.forgive()
            raise

    async def _begin_web_login(
        self, username: str, *, apart: bool = False
    ) -> tuple[ClientResponse, bytes]:
        """Take the first step of the web login, which needs no password; return the answer.

        Apart means over a new connection, which is closed afterwards.
        """
        url = self.address.url(login_service.PATH, "")
        with translated_errors():
            response = await self._session.post(
                url,
                data=login_service.first_step(username),
                headers={hdrs.CONNECTION: "close"} if apart else None,
                # Naming the host itself has aiohttp take none of the connections that it keeps.
                server_hostname=url.raw_host if apart else None,
                timeout=_WEB_LOGIN_TIMEOUT,
                ssl=self._ssl,
                allow_redirects=False,
            )
            async with response:
                body = await _read(response, _TEXT_LIMIT)
        return response, body


def _subject(path: str, query: str) -> str:
    """Return what a request is about: the service, what it shall do, and to which tables."""
    pairs = parse_qsl(query)
    return " ".join(
        [
            path.removeprefix("/cgi-bin/"),
            *(value for key, value in pairs if key == "action"),
            *(value for key, value in pairs if key == "name"),
        ]
    )


async def _read(response: ClientResponse, limit: int) -> bytes:
    """Read an answer's body of at most `limit` bytes; MalformedResponseError beyond that."""
    body = bytearray()
    with translated_errors():
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > limit:
                response.close()
                raise MalformedResponseError(f"the answer is larger than {limit} bytes")
    return bytes(body)
