"""The account: who may in, how often somebody was wrong, and for how long it is locked."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
import time

from .digest import DigestGuard, Verdict
from .faults import Faults
from .store import ConfigStore


@dataclass(slots=True)
class LoginCounters:
    """What the camera answered to requests, by the login they carried."""

    accepted: int = 0
    """Logins: right answers to a challenge not answered before."""
    rejected: int = 0
    """Wrong answers: another password, user or digest. Only these lead to a lock-out."""
    challenged: int = 0
    """Requests without an answer, which got a 401 to start with."""
    stale: int = 0
    """Answers to a challenge that is no longer valid."""
    locked: int = 0
    """Requests turned away while the account was locked."""
    over_limit: int = 0
    """Requests turned away because the connection table was full."""

    def as_dict(self) -> dict[str, int]:
        """Return the counters for the control side."""
        return asdict(self)


class LockedError(Exception):
    """The account is locked, whatever the password."""


class Logins:
    """Judges every login of every protocol and keeps the one count of wrong ones."""

    def __init__(
        self,
        guard: DigestGuard,
        store: ConfigStore,
        faults: Faults,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.guard = guard
        self.counters = LoginCounters()
        self._store = store
        self._faults = faults
        self._now = now
        self._failures = 0
        self._locked_until = 0.0
        self.on_login: Callable[[], object] = lambda: None

    @property
    def lock_seconds(self) -> float:
        """How long the account stays locked; 0 when it is open."""
        return max(self._locked_until - self._now(), 0.0)

    @property
    def remaining_tries(self) -> int:
        """How many wrong logins are left before the account locks."""
        return max(self._store.integer("General.LockLoginTimes", 5) - self._failures, 0)

    def lock(self, seconds: float) -> None:
        """Lock the account for so long from now on."""
        self._locked_until = self._now() + seconds

    def unlock(self) -> None:
        """Open the account and forget the wrong logins."""
        self._locked_until = 0.0
        self._failures = 0

    def judge(
        self, method: str, target: str, authorization: str | None, body: bytes = b""
    ) -> Verdict:
        """Judge a request and count it; raises LockedError while the account is locked."""
        return self._count(*self.guard.judge(method, target, authorization, body))

    def judge_rtsp(self, method: str, authorization: str | None) -> Verdict:
        """Judge an RTSP request and count it; raises LockedError while the account is locked."""
        return self._count(*self.guard.judge_rtsp(method, authorization))

    def count_password(self, *, right: bool) -> Verdict:
        """Count a login by password hash, as over RPC2; raises LockedError when locked."""
        return self._count(Verdict.ACCEPTED if right else Verdict.WRONG, fresh=True)

    def _count(self, verdict: Verdict, fresh: bool) -> Verdict:
        if verdict is Verdict.ACCEPTED and self._faults.take("reject_login"):
            verdict = Verdict.WRONG
        if verdict in (Verdict.ACCEPTED, Verdict.WRONG) and self.lock_seconds:
            self.counters.locked += 1
            if verdict is Verdict.WRONG:
                self._prolong()
            raise LockedError
        match verdict:
            case Verdict.ACCEPTED:
                self._failures = 0
                self.counters.accepted += fresh
                if fresh:
                    self.on_login()
            case Verdict.WRONG:
                self.counters.rejected += 1
                self._fail()
            case Verdict.STALE:
                self.counters.stale += 1
            case Verdict.MISSING:
                self.counters.challenged += 1
        return verdict

    def _fail(self) -> None:
        if self._store.flag("General.LockLoginEnable"):
            self._failures += 1
            if not self.remaining_tries:
                self._failures = 0
                self._prolong()

    def _prolong(self) -> None:
        lock_time = self._store.integer("General.LoginFailLockTime", 1800)
        self.lock(max(lock_time, self.lock_seconds))


class RtspLogins:
    """The account as RTSP asks it."""

    def __init__(self, logins: Logins, faults: Faults) -> None:
        self._logins = logins
        self._faults = faults

    def rtsp_challenge(self) -> str:
        """Return the value of a WWW-Authenticate header."""
        return self._logins.guard.rtsp_challenge()

    def rtsp_authorized(self, method: str, authorization: str | None) -> bool:
        """Tell whether a request may pass."""
        if authorization is not None and self._faults.take("reject_rtsp_login"):
            return False
        try:
            return self._logins.judge_rtsp(method, authorization) is Verdict.ACCEPTED
        except LockedError:
            return False
