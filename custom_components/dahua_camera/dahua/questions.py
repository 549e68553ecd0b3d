"""What a camera is asked besides its tables, and what it answered."""

from .http import CameraHttp
from .tables import parse_lines


class Questions:
    """Asks one camera and keeps `answers`: the pairs by question, None where it was refused.

    A question is module and query as they are sent: `magicBox.cgi?action=getVendor`.
    """

    def __init__(self, http: CameraHttp) -> None:
        self.answers: dict[str, dict[str, str] | None] = {}
        self._http = http

    async def ask(self, module: str, query: str) -> dict[str, str]:
        """Return the pairs of an answer; NotSupportedError where the camera has none."""
        question = f"{module}?{query}"
        self.answers[question] = None
        answer = dict(parse_lines(await self._http.get_text(module, query)))
        self.answers[question] = answer
        return answer
