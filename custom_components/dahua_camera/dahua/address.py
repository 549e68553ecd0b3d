"""Where a camera's services listen, and what it means to be sent away from there."""

from dataclasses import dataclass

from yarl import URL

from .errors import HttpsRequiredError, RedirectedError

_LONGEST_LOCATION = 100


def counted_from_one(channel: int) -> int:
    """Return the number by which requests and RTSP addresses call a channel.

    Tables and events count from 0, as we do everywhere.
    """
    return channel + 1


def stream_url(host: str, port: int, channel: int, subtype: int, user: str = "") -> str:
    """Return the RTSP address of a stream; `user` goes before the host, up to the `@`."""
    return (
        f"rtsp://{user}{_bracketed(host)}:{port}"
        f"/cam/realmonitor?channel={counted_from_one(channel)}&subtype={subtype}"
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


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
            host=_bracketed(self.host),
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
