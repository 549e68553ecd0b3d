"""Who is logged in over RPC2, and until when."""

from collections.abc import Callable
import hashlib
import secrets
import time
from typing import Any

from tests.virtual_camera.digest import Verdict
from tests.virtual_camera.logins import LockedError
from tests.virtual_camera.machine import Machine

from .errors import Code, RpcError

_MAX_SESSIONS = 32
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def password_hash(hash_name: str, user: str, realm: str, random: str, password: str) -> str:
    """Return what a client sends in place of the password."""

    def upper(text: str) -> str:
        return _HASHES[hash_name](text.encode()).hexdigest().upper()

    return upper(f"{user}:{random}:{upper(f'{user}:{realm}:{password}')}")


class Sessions:
    """The two steps of a login and the sessions that come of it."""

    def __init__(self, machine: Machine, now: Callable[[], float] = time.monotonic) -> None:
        self._machine = machine
        self._now = now
        self._challenges: dict[str, str] = {}
        self._seen: dict[str, float] = {}

    @property
    def keep_alive(self) -> float:
        """After how many idle seconds a session ends."""
        return self._machine.profile.switches.rpc_keep_alive_seconds

    def login(self, params: dict[str, Any], session: str) -> tuple[dict[str, Any], str]:
        """Answer one step with its params and session; raises RpcError until it succeeds."""
        random = self._challenges.pop(session, None) if params.get("password") else None
        if random is None:
            raise self._challenge()
        guard = self._machine.logins.guard
        expected = password_hash(
            self._machine.profile.switches.rpc_hash,
            guard.username,
            guard.realm,
            random,
            guard.password,
        )
        given = (params.get("userName"), params["password"])
        right = given == (guard.username, expected)
        self._count(right=right)
        keeps = self._machine.profile.switches.rpc_keeps_session
        new = session if keeps else secrets.token_hex(16)
        self._open(new)
        return {"keepAliveInterval": int(self.keep_alive)}, new

    def check(self, session: object) -> None:
        """Raise RpcError for a session that is not open; one that is stays so for longer."""
        key = str(session)
        if self._now() - self._seen.get(key, float("-inf")) > self.keep_alive:
            self._seen.pop(key, None)
            raise RpcError(Code.INVALID_SESSION)
        self._seen[key] = self._now()

    def logout(self, session: object) -> None:
        """End a session."""
        self._seen.pop(str(session), None)

    def _challenge(self) -> RpcError:
        session, random = secrets.token_hex(16), str(secrets.randbelow(2**31))
        self._challenges[session] = random
        params = {
            "authorization": secrets.token_hex(20),
            "encryption": "Default",
            "mac": self._machine.profile.identity.mac.replace(":", "").upper(),
            "random": random,
            "realm": self._machine.logins.guard.realm,
        }
        return RpcError(Code.LOGIN_CHALLENGE, params, session)

    def _count(self, *, right: bool) -> None:
        logins = self._machine.logins
        try:
            verdict = logins.count_password(right=right)
        except LockedError:
            raise RpcError(Code.LOCKED, self._remaining()) from None
        if verdict is not Verdict.ACCEPTED:
            raise RpcError(Code.INVALID_LOGIN, self._remaining())

    def _remaining(self) -> dict[str, Any]:
        logins = self._machine.logins
        return {
            "remainLockSecond": round(logins.lock_seconds),
            "remainLoginTimes": 0 if logins.lock_seconds else logins.remaining_tries,
        }

    def _open(self, session: str) -> None:
        for key in [
            key for key, seen in self._seen.items() if self._now() - seen > self.keep_alive
        ]:
            del self._seen[key]
        if len(self._seen) >= _MAX_SESSIONS:
            raise RpcError(Code.BUSY)
        self._seen[session] = self._now()
