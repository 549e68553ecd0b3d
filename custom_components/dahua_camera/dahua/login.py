"""Logging in without ever locking the account.

A camera locks an account after a few wrong logins, and answers 401 for other reasons as well:
a nonce that has aged or may be used once only, no connection left. So a refusal is confirmed
once, with a fresh nonce after a pause, and after the second one nobody asks again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from http import HTTPStatus
import re
from typing import NoReturn

from aiohttp import (
    ClientHandlerType,
    ClientMiddlewareType,
    ClientRequest,
    ClientResponse,
    DigestAuthMiddleware,
    hdrs,
)

from .errors import (
    CameraBusyError,
    ConnectionLimitError,
    DahuaError,
    DigestUnsupportedError,
    InvalidCredentialsError,
    LoginError,
    PermissionDeniedError,
)
from .lock import Lock
from .nonces import Nonces

CONFIRMATION_PAUSE = 1.0
# For longer no user has to wait for a login by another protocol.
_ELSEWHERE = 1.0
_REJECTIONS_TO_BELIEVE = 2
# Bytes in which a refusal tells of a lock, if it does.
_BEGINNING = 1024
_STALE = re.compile(r'stale\s*=\s*"?true', re.IGNORECASE)
_LOCKED = re.compile(r"\block(?:ed)?\b", re.IGNORECASE)
# A right login that may not do this: some firmwares answer 401 to it as well.
_FORBIDDEN = re.compile(r"\bauthorization failed\b", re.IGNORECASE)
_SECONDS_LEFT = re.compile(r"(\d{1,9})\s*s", re.IGNORECASE)


class Login:
    """The account at one camera: digest for each request, and the count of refusals.

    `ask_for_another_reason` raises why logins are refused where it is not about the account; it
    is told whether to use a connection of its own.
    `renewed` counts how often a nonce that had served before did so no longer.
    InvalidCredentialsError for a name that no camera can have.
    """

    def __init__(
        self,
        username: str,
        password: str,
        ask_for_another_reason: Callable[[bool], Awaitable[None]],
    ) -> None:
        if ":" in username:
            # A digest cannot tell where such a name ends, so no camera has one.
            raise InvalidCredentialsError("a user name holds no colon")
        self.username = username
        self.accepted = 0
        self.challenged = 0
        self.rejected = 0
        self.renewed = 0
        self.password = password
        self._digest = DigestAuthMiddleware(username, password)
        self._nonces = Nonces()
        self._nobody_reuses = asyncio.Event()
        self._nobody_reuses.set()
        self._rejections_in_a_row = 0
        self._is_confirmed = False
        self._refusal: LoginError | None = None
        self._lock: Lock | None = None
        self._confirming = asyncio.Lock()
        self._elsewhere = asyncio.Lock()
        self._nobody_elsewhere = asyncio.Event()
        self._nobody_elsewhere.set()
        # No more logins are under way together than may be refused in all.
        self._under_way = asyncio.Semaphore(_REJECTIONS_TO_BELIEVE)
        self._ask_for_another_reason = ask_for_another_reason

    @property
    def middlewares(self) -> tuple[ClientMiddlewareType, ...]:
        """What a request passes through, from the outside in."""
        return (self._digest, self._watch)

    def raise_if_refused(self) -> None:
        """Raise what the camera said when it turned this account away for good or for a while."""
        if self._lock is not None and self._lock.is_over:
            self._lock = None
        if self._lock is not None:
            raise self._lock.error()
        if self._refusal is not None:
            raise self._refusal

    @property
    def nonces_serve_once(self) -> bool:
        """Whether most of the nonces that were offered again did not serve."""
        return not self._nonces.serve_again or 2 * self.renewed > self.accepted

    async def _watch(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Let time pass before a refused login is tried again, by one user at a time."""
        if hdrs.AUTHORIZATION not in request.headers:
            if not self._rejections_in_a_row:
                return await self._send(request, handler)
            # Else it might take the connection that the web login has just been asked over.
            async with self._confirming:
                return await self._send(request, handler)
        with suppress(TimeoutError):
            # Else a nonce that might serve would not be offered.
            async with asyncio.timeout(_ELSEWHERE):
                await self._nobody_elsewhere.wait()
        async with self._under_way:
            if not self._rejections_in_a_row:
                self._is_confirmed = False
                return await self._send(request, handler)
        # One user at a time, when all that is under way is answered: that may be refused as well.
        async with self._confirming, self._under_way, self._under_way:
            if self._rejections_in_a_row:
                await asyncio.sleep(CONFIRMATION_PAUSE)
            self.raise_if_refused()
            self._raise_if_in_doubt()
            if self._rejections_in_a_row:
                # Asked before and after the second try: a full connection table comes and goes.
                await self._ask_for_another_reason(False)
                self._is_confirmed = True
            return await self._send(request, handler)

    async def _send(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send a request and count what became of its login.

        Whether a nonce still serves is found out by one user alone, and by nobody after a
        refusal or during a login elsewhere: the others ask for one of their own. Else two who are
        refused together would take a nonce that has aged for a wrong password.
        """
        authorization = request.headers.get(hdrs.AUTHORIZATION)
        reuses = authorization is not None and not self._nonces.take_fresh(authorization)
        if reuses and not self._may_reuse():
            del request.headers[hdrs.AUTHORIZATION]
            authorization, reuses = None, False
        if reuses:
            self._nobody_reuses.clear()
        rejected_before = self.rejected
        try:
            response = await handler(request)
            if response.status == HTTPStatus.UNAUTHORIZED:
                self.renewed += reuses
                await self._count_refusal(response, authorization, rejected_before)
            elif authorization is not None:
                self._count_acceptance(rejected_before)
        finally:
            if reuses:
                self._nobody_reuses.set()
        return response

    async def _count_refusal(
        self, response: ClientResponse, authorization: str | None, rejected_before: int
    ) -> None:
        """Count what a 401 stands for; raises what its text says where that is something else."""
        challenge = response.headers.get(hdrs.WWW_AUTHENTICATE, "")
        self._nonces.note_challenge(challenge)
        if authorization is None or _STALE.search(challenge):
            self.challenged += 1
            return
        # Nobody else reads this answer where the login is tried once more.
        beginning = await _beginning(response)
        try:
            if self.accepted and _FORBIDDEN.search(beginning):
                self._count_acceptance(rejected_before)
                raise PermissionDeniedError("the account may not do this")
            self._count_rejection(authorization)
            self._raise_if_locked(beginning)
        except DahuaError:
            response.close()
            raise

    def _count_acceptance(self, rejected_before: int) -> None:
        self.accepted += 1
        # A late answer to what was sent before a refusal says nothing against it.
        if self.rejected == rejected_before:
            self._rejections_in_a_row = 0

    def _may_reuse(self) -> bool:
        return (
            self._nobody_reuses.is_set()
            and self._nobody_elsewhere.is_set()
            and not self._rejections_in_a_row
        )

    def _count_rejection(self, authorization: str) -> None:
        self.rejected += 1
        self._rejections_in_a_row += 1
        if self._nonces.note_refusal(authorization):
            # To offer a nonce again is a refused login on such a camera.
            self._forget_nonce()

    def _forget_nonce(self) -> None:
        self._digest = DigestAuthMiddleware(
            self.username, self.password, preemptive=self._nonces.serve_again
        )

    @asynccontextmanager
    async def elsewhere(self) -> AsyncIterator[None]:
        """Be under way with a login by another protocol than HTTP.

        Raises why none is to be tried: what the camera said, or CameraBusyError where it has
        just refused one.
        """
        async with self._elsewhere:
            self._nobody_elsewhere.clear()
            try:
                await self._nobody_reuses.wait()
                async with self._under_way:
                    self.raise_if_refused()
                    if self._rejections_in_a_row:
                        raise CameraBusyError("the camera has just refused a login")
                    yield
            finally:
                self._nobody_elsewhere.set()

    def note_refusal_elsewhere(self) -> None:
        """Count a login that was refused by another protocol.

        The next one here tells whether that was about the account; an aged nonce must not do so.
        """
        self.rejected += 1
        self._rejections_in_a_row += 1
        self._forget_nonce()

    @property
    def is_in_doubt(self) -> bool:
        """Whether the login was refused so often that it may be for good."""
        return self._rejections_in_a_row >= _REJECTIONS_TO_BELIEVE

    def _raise_if_in_doubt(self) -> None:
        if self.is_in_doubt:
            raise InvalidCredentialsError("the camera refuses the user name or password")

    def judge_refusal(self, response: ClientResponse, body: str) -> None:
        """Raise what a final 401 means; return where the login may be tried once more."""
        challenge = response.headers.get(hdrs.WWW_AUTHENTICATE)
        self._raise_if_locked(body)
        if challenge is None:
            raise ConnectionLimitError(
                "the camera refuses the connection without asking for a login"
            )
        if "digest" not in challenge.lower():
            raise DigestUnsupportedError("the camera does not offer digest logins")
        self._raise_if_in_doubt()

    async def believe(self, refusal: LoginError) -> None:
        """Take a refusal for final where nothing else explains it: nobody asks again then.

        Raises what else explains it; asked twice, as a full connection table comes and goes.
        Where two were refused together, a connection that has a place in the table tells nothing
        of theirs.
        """
        apart = not self._is_confirmed
        await self._ask_for_another_reason(apart)
        await asyncio.sleep(CONFIRMATION_PAUSE)
        await self._ask_for_another_reason(apart)
        self._refusal = refusal

    def _raise_if_locked(self, body: str) -> None:
        if _LOCKED.search(body):
            seconds = _SECONDS_LEFT.search(body)
            self.raise_locked(timedelta(seconds=int(seconds[1])) if seconds else None)

    def forgive(self) -> None:
        """Forget the refusals, which were not about the account, but for one.

        So the next login is tried as any after a refusal: by one user, and when there is room.
        """
        self._rejections_in_a_row = 1

    def raise_locked(self, told: timedelta | None) -> NoReturn:
        """Raise that the account is locked, now and for as long as the camera tells."""
        self._rejections_in_a_row = 0
        self._lock = Lock(told)
        raise self._lock.error()


async def _beginning(response: ClientResponse) -> str:
    """Return how the text of an answer begins; what was read is not read by anybody else."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) >= _BEGINNING:
            break
    return body[:_BEGINNING].decode("utf-8", errors="replace")
