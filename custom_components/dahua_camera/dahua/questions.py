"""What a camera is asked besides its tables, and what it answered."""

from .errors import (
    DahuaError,
    LoginError,
    NotSupportedError,
    PermissionDeniedError,
    UnclearRefusalError,
)
from .http import CameraHttp
from .startup_grace import StartupGrace
from .tables import parse_lines


class Questions:
    """Asks one camera and keeps `answers`: the pairs by question, None where it was refused.

    A question is module and query as they are sent: `magicBox.cgi?action=getVendor`.
    """

    def __init__(self, http: CameraHttp, grace: StartupGrace | None = None) -> None:
        self.answers: dict[str, dict[str, str] | None] = {}
        self._http = http
        self._grace = grace

    async def ask(self, module: str, query: str) -> dict[str, str]:
        """Return the pairs of an answer; NotSupportedError where the camera gives none."""
        question = f"{module}?{query}"
        self.answers[question] = None
        text = await self._http.get_text(module, query)
        if not text.strip():
            raise UnclearRefusalError("the answer is empty")
        answer = dict(parse_lines(text))
        self.answers[question] = answer
        return answer

    async def ask_if_known(self, module: str, query: str) -> dict[str, str]:
        """Return the pairs of an answer; none where it is unknown, or not for this account."""
        try:
            return await self.ask(module, query)
        except UnclearRefusalError:
            if self._grace and await self._grace.wait():
                return await self.ask_if_known(module, query)
        except NotSupportedError, PermissionDeniedError:
            pass
        return {}

    async def ask_optional(self, module: str, query: str) -> dict[str, str]:
        """Return the pairs of an answer; none where an error must not fail the set-up.

        That is any but of the login.
        """
        try:
            return await self.ask(module, query)
        except LoginError:
            raise
        except DahuaError:
            return {}
