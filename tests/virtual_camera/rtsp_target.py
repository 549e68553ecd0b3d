"""What an RTSP request points at: the stream in its URL, the places that its transport names."""

from urllib.parse import parse_qs, urlsplit


class RefusedError(Exception):
    """A request that is answered with an error status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def stream_of(url: str) -> tuple[int, int, int | None]:
    """Return channel (from 0), subtype and track of a URL; raises RefusedError.

    Clients append the track to the query: `…&subtype=0/trackID=0`.
    """
    base, slash, track = url.rpartition("/trackID=")
    if not slash:
        base, track = url, ""
    parts = urlsplit(base.removesuffix("/"))
    if parts.scheme != "rtsp" or parts.path.rstrip("/") != "/cam/realmonitor":
        raise RefusedError(404)
    query = parse_qs(parts.query.rstrip("/"))
    try:
        channel = int(query["channel"][0]) - 1
        subtype = int(query.get("subtype", ["0"])[0])
        number = int(track) if slash else None
    except (KeyError, ValueError) as error:
        raise RefusedError(404) from error
    if channel < 0 or subtype < 0:
        raise RefusedError(404)
    return channel, subtype, number


def interleaved_place(transport: str, usual: int) -> int:
    """Return the first interleaved place that a client asks for; raises RefusedError."""
    for offer in transport.split(","):
        fields = [field.strip() for field in offer.split(";")]
        if fields[0].upper() != "RTP/AVP/TCP":
            continue
        for field in fields:
            name, _, value = field.partition("=")
            first = value.partition("-")[0]
            if name.lower() == "interleaved" and first.isascii() and first.isdecimal():
                if int(first) > 254:
                    raise RefusedError(461)
                return int(first)
        return usual
    raise RefusedError(461)
