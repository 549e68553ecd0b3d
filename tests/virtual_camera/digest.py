"""The camera's side of HTTP and RTSP digest authentication (RFC 7616, RFC 2069 without qop)."""

import base64
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
import hashlib
import hmac
import re
import secrets
import time
from urllib.parse import unquote

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,\s]*))')
_HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {
    "MD5": hashlib.md5,
    "SHA-256": hashlib.sha256,
}
_MAX_NONCES = 2000


class Verdict(Enum):
    """What the camera thinks of an Authorization header."""

    ACCEPTED = "accepted"
    MISSING = "missing"
    STALE = "stale"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """What differs between firmwares."""

    algorithms: tuple[str, ...] = ("MD5",)
    announces_md5: bool = False
    """Whether the challenge says `algorithm=MD5`; most cameras leave MD5 out."""
    qop: str = "auth"
    opaque: str | None = ""
    realm: str = "hash"
    """`hash` or `serial`: what follows `Login to`."""
    one_shot: bool = False
    stale_seconds: float = 600.0
    tells_stale: bool = True
    """Whether a nonce that has served its time is told from a wrong password."""
    strict_uri: bool = True
    """Whether the signed uri must equal the request target byte for byte, escapes included."""
    offers_basic: bool = False
    """Whether the camera knows nothing but Basic, as the oldest do."""
    compact: bool = True
    """Whether the parameters follow each other without a space."""


@dataclass(slots=True)
class _Nonce:
    issued: float
    used: int = 0


def _hash(algorithm: str, text: str) -> str:
    return _HASHES[algorithm.upper().removesuffix("-SESS")](text.encode()).hexdigest()


def parse_authorization(header: str) -> dict[str, str] | None:
    """Return the parameters of a digest header; None where it is another scheme."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "digest":
        return None
    return {
        match[1].lower(): match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
        for match in _PARAMETER.finditer(rest)
    }


def expected_response(
    parameters: dict[str, str], username: str, password: str, method: str, body: bytes = b""
) -> str:
    """Return the response that the parameters must carry for this user."""
    algorithm = parameters.get("algorithm", "MD5")
    nonce, cnonce = parameters.get("nonce", ""), parameters.get("cnonce", "")
    secret = _hash(algorithm, f"{username}:{parameters.get('realm', '')}:{password}")
    if algorithm.lower().endswith("-sess"):
        secret = _hash(algorithm, f"{secret}:{nonce}:{cnonce}")
    qop = parameters.get("qop", "")
    request = f"{method}:{parameters.get('uri', '')}"
    if qop == "auth-int":
        request += ":" + _HASHES[algorithm.upper().removesuffix("-SESS")](body).hexdigest()
    middle = f"{nonce}:{parameters.get('nc', '')}:{cnonce}:{qop}" if qop else nonce
    return _hash(algorithm, f"{secret}:{middle}:{_hash(algorithm, request)}")


class DigestGuard:
    """Issues nonces and judges what comes back."""

    def __init__(
        self,
        *,
        username: str,
        password: str,
        serial: str,
        settings: DigestSettings,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.username = username
        self.password = password
        self.settings = settings
        hashed = hashlib.md5(serial.encode()).hexdigest()
        self.realm = f"Login to {serial if settings.realm == 'serial' else hashed}"
        self._now = now
        self._nonces: OrderedDict[str, _Nonce] = OrderedDict()

    def challenges(self, *, stale: bool = False) -> list[str]:
        """Return the WWW-Authenticate values of a 401, one for each algorithm offered."""
        if self.settings.offers_basic:
            return ['Basic realm="Device_CGI"']
        return [self._challenge(algorithm, stale) for algorithm in self.settings.algorithms]

    def _challenge(self, algorithm: str, stale: bool) -> str:
        settings = self.settings
        stale = stale and settings.tells_stale
        parameters = [f'realm="{self.realm}"']
        if settings.qop:
            parameters.append(f'qop="{settings.qop}"')
        parameters.append(f'nonce="{self._issue(self._http_nonce())}"')
        if settings.opaque is not None:
            parameters.append(f'opaque="{settings.opaque}"')
        if algorithm != "MD5" or settings.announces_md5:
            parameters.append(f"algorithm={algorithm}")
        if settings.compact:
            parameters.append(f'stale="{str(stale).lower()}"')
        elif stale:
            parameters.append("stale=true")
        return "Digest " + ("," if settings.compact else ", ").join(parameters)

    def _http_nonce(self) -> str:
        if self.settings.realm == "serial":
            return str(secrets.randbelow(2**31))
        return secrets.token_urlsafe(48)

    def _issue(self, nonce: str) -> str:
        self._nonces[nonce] = _Nonce(self._now())
        while len(self._nonces) > _MAX_NONCES:
            self._nonces.popitem(last=False)
        return nonce

    def judge(
        self, method: str, target: str, authorization: str | None, body: bytes = b""
    ) -> tuple[Verdict, bool]:
        """Return the verdict and whether the nonce was used for the first time.

        `target` must be the request target byte for byte; the signed uri has to equal it.
        """
        if self.settings.offers_basic:
            return self._judge_basic(authorization)
        parameters = parse_authorization(authorization) if authorization else None
        if parameters is None:
            return Verdict.MISSING, False
        if not self._signs(parameters.get("uri", ""), target) or not self._acceptable(parameters):
            return Verdict.WRONG, False
        nonce = self._nonces.get(parameters.get("nonce", ""))
        settings = self.settings
        if (
            nonce is None
            or self._now() - nonce.issued > settings.stale_seconds
            or (settings.one_shot and nonce.used)
        ):
            return Verdict.STALE, False
        expected = expected_response(parameters, self.username, self.password, method, body)
        given = parameters.get("response", "")
        known = parameters.get("username") == self.username
        if not known or not hmac.compare_digest(expected.encode(), given.encode()):
            return Verdict.WRONG, False
        nonce.used += 1
        return Verdict.ACCEPTED, nonce.used == 1

    def _judge_basic(self, authorization: str | None) -> tuple[Verdict, bool]:
        scheme, _, credentials = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return Verdict.MISSING, False
        expected = base64.b64encode(f"{self.username}:{self.password}".encode())
        right = hmac.compare_digest(expected, credentials.strip().encode())
        return (Verdict.ACCEPTED if right else Verdict.WRONG), right

    def _signs(self, uri: str, target: str) -> bool:
        return uri == target if self.settings.strict_uri else unquote(uri) == unquote(target)

    def _acceptable(self, parameters: dict[str, str]) -> bool:
        settings = self.settings
        algorithm = parameters.get("algorithm", "MD5").upper()
        if algorithm not in {each.upper() for each in settings.algorithms}:
            return False
        qop = parameters.get("qop", "")
        if qop and qop not in [each.strip() for each in settings.qop.split(",")]:
            return False
        if qop and not re.fullmatch(r"[0-9a-fA-F]{8}", parameters.get("nc", "")):
            return False
        if settings.opaque and parameters.get("opaque") != settings.opaque:
            return False
        return parameters.get("realm") == self.realm

    def rtsp_challenge(self) -> str:
        """Return the WWW-Authenticate value of an RTSP 401: MD5, no qop."""
        return f'Digest realm="{self.realm}", nonce="{self._issue(secrets.token_hex(16))}"'

    def judge_rtsp(self, method: str, authorization: str | None) -> tuple[Verdict, bool]:
        """Return the verdict and whether the nonce was used for the first time.

        It serves one session for as long as that lasts.
        """
        parameters = parse_authorization(authorization) if authorization else None
        if parameters is None:
            return Verdict.MISSING, False
        if parameters.get("algorithm", "MD5").upper() != "MD5":
            return Verdict.WRONG, False
        nonce = self._nonces.get(parameters.get("nonce", ""))
        if nonce is None:
            return Verdict.STALE, False
        known = (parameters.get("username"), parameters.get("realm"))
        expected = expected_response(parameters, self.username, self.password, method)
        given = parameters.get("response", "")
        right = hmac.compare_digest(expected.encode(), given.encode())
        if not right or known != (self.username, self.realm):
            return Verdict.WRONG, False
        nonce.used += 1
        return Verdict.ACCEPTED, nonce.used == 1
