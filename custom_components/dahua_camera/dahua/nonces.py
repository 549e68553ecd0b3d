"""The nonces of a camera's challenges: which of them are fresh, and whether one serves again."""

from collections import deque
import re

# There are no more users than this at a time.
_MOST_FRESH = 8
_REFUSALS_TO_BELIEVE = 2
_NONCE = re.compile(r'\bnonce\s*=\s*"?([^",\s]+)')
_USES = re.compile(r"nc=([\da-f]{8})\b", re.IGNORECASE)


class Nonces:
    """The nonces of one camera; `serve_again` tells whether each serves more than once."""

    def __init__(self) -> None:
        self.serve_again = True
        # Of the challenges, those that nobody has answered yet.
        self._fresh: deque[str] = deque(maxlen=_MOST_FRESH)
        self._refused_again = 0

    def note_challenge(self, challenge: str) -> None:
        """Remember what a camera asks to be answered."""
        self._fresh += _NONCE.findall(challenge)

    def take_fresh(self, authorization: str) -> bool:
        """Tell whether a login answers a challenge that nobody has answered yet."""
        for nonce in _NONCE.findall(authorization):
            if nonce in self._fresh:
                self._fresh.remove(nonce)
                return True
        return False

    def note_refusal(self, authorization: str) -> bool:
        """Note that a login was refused; tell whether each nonce is now known to serve once."""
        if _uses(authorization) != 2:  # noqa: PLR2004
            return False
        self._refused_again += 1
        self.serve_again = self._refused_again < _REFUSALS_TO_BELIEVE
        return self._refused_again == _REFUSALS_TO_BELIEVE


def _uses(authorization: str) -> int:
    """Return for how many requests a login's nonce has served, this one included."""
    found = _USES.search(authorization)
    return int(found[1], 16) if found else 1
