"""RTSP, as far as it takes to find out whether a stream could be had."""

from dataclasses import dataclass
from hashlib import new
import re

from .errors import MalformedResponseError

_STATUS_LINE = re.compile(r"RTSP/1\.\d (\d{3})\b")
_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')
_HASHES = {"md5": "md5", "sha-256": "sha256"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer; `challenges` are the values of its WWW-Authenticate headers."""

    status: int
    challenges: tuple[str, ...] = ()


def describe(url: str, sequence: int, authorization: str | None = None) -> bytes:
    """Return the request for the description of a stream; `url` holds no login."""
    lines = [
        f"DESCRIBE {url} RTSP/1.0",
        f"CSeq: {sequence}",
        "Accept: application/sdp",
    ]
    if authorization is not None:
        lines.append(f"Authorization: {authorization}")
    return "\r\n".join((*lines, "", "")).encode()


def parse_answer(head: bytes) -> Answer:
    """Read an answer up to its empty line; MalformedResponseError where it is no RTSP."""
    first, *lines = head.decode("utf-8", errors="replace").split("\r\n")
    status = _STATUS_LINE.match(first)
    if status is None:
        raise MalformedResponseError("what answers does not speak RTSP")
    headers = (line.partition(":") for line in lines)
    return Answer(
        int(status[1]),
        tuple(value.strip() for name, _, value in headers if name.lower() == "www-authenticate"),
    )


def body_length(head: bytes) -> int:
    """Return how many bytes follow the head of an answer."""
    length = re.search(rb"^content-length:\s*(\d{1,9})", head, re.IGNORECASE | re.MULTILINE)
    return int(length[1]) if length else 0


def digest(answer: Answer, username: str, password: str, url: str) -> str | None:
    """Return the login to a stream's description; None where no digest is asked for.

    Cameras ask without a quality of protection, so there is neither count nor client nonce.
    """
    for challenge in answer.challenges:
        scheme, _, rest = challenge.partition(" ")
        asked = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
        kind = _HASHES.get(asked.get("algorithm", "MD5").lower())
        if scheme.lower() != "digest" or kind is None or "nonce" not in asked or "qop" in asked:
            continue
        realm, nonce = asked.get("realm", ""), asked["nonce"]
        account = _hash(kind, f"{username}:{realm}:{password}")
        response = _hash(kind, f"{account}:{nonce}:{_hash(kind, f'DESCRIBE:{url}')}")
        fields = {
            "username": username,
            "realm": realm,
            "nonce": nonce,
            "uri": url,
            "response": response,
        } | {name: asked[name] for name in ("opaque", "algorithm") if name in asked}
        return "Digest " + ", ".join(f'{name}="{value}"' for name, value in fields.items())
    return None


def _hash(kind: str, text: str) -> str:
    return new(kind, text.encode(), usedforsecurity=False).hexdigest()
