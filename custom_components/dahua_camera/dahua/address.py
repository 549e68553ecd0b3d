"""Where a camera's web service listens, and what it means to be sent away from there."""

from dataclasses import dataclass

from yarl import URL

from .errors import HttpsRequiredError, RedirectedError

_LONGEST_LOCATION = 100


@dataclass(frozen=True, slots=True)
class Address:
    """Where a camera's web service listens."""

    host: str
    port: int
    https: bool = False

    def url(self, path: str, query: str) -> URL:
        """Return the address of a request, its query exactly as it shall be sent and signed."""
        return URL.build(
            scheme="https" if self.https else "http",
            # What is encoded already gets no brackets of its own.
            host=f"[{self.host}]" if ":" in self.host else self.host,
            port=self.port,
            path=path,
            query_string=query,
            encoded=True,
        )

    def redirection(self, location: str) -> RedirectedError | HttpsRequiredError:
        """Return the error for a redirect; only HTTPS on the same host can be followed up.

        No redirect is followed by itself: a login belongs to the place that it was given for.
        """
        here = self.url("/", "")
        try:
            there = here.join(URL(location))
            shown = str(there.origin().with_path(there.path))[:_LONGEST_LOCATION]
            port = there.port or 0
        except ValueError:
            return RedirectedError("nowhere")
        if there.host == here.host and there.scheme == "https" and not self.https:
            return HttpsRequiredError(port)
        return RedirectedError(shown)
