"""What has passed between us and a camera, counted."""

from collections import Counter
from dataclasses import dataclass, field
import re

from .errors import DahuaError

_ACTION = re.compile(r"(?:^|&)(action=\w+)")


@dataclass(slots=True)
class Traffic:
    """Counts since the door to the camera was made.

    A question is module and action, such as `configManager.cgi?action=getConfig`, without what
    it was about.
    """

    requests: int = 0
    """What was sent, each try of a login included."""
    bytes_received: int = 0
    questions: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    """By question."""
    failure_kinds: Counter[str] = field(default_factory=Counter)
    """By the error's name."""

    def note_failure(self, question: str, error: DahuaError) -> None:
        """Count a question that ended in an error."""
        self.failures[question] += 1
        self.failure_kinds[type(error).__name__] += 1


def question_of(path: str, query: str) -> str:
    """Return what was asked, without values, names or anything else that is the owner's."""
    module = path.rpartition("/")[2]
    if not module.endswith(".cgi"):
        return "file"
    action = _ACTION.search(query)
    return f"{module}?{action[1]}" if action else module
