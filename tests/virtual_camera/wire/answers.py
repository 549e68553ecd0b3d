"""How the camera says yes and no: plain text with CRLF line ends."""

from collections.abc import Iterable

from tests.virtual_camera.http_server import Response

_PAGE = (
    b"<!DOCTYPE html>\r\n<html><head><title>WEB SERVICE</title></head>"
    b"<body><div id='login'></div></body></html>\r\n"
)

FACES = {
    "bad_request": Response(400, b"Error\r\nBad Request!\r\n"),
    "not_implemented": Response(501, b"Error\r\nNot Implemented!\r\n"),
    "bare_error": Response(200, b"Error\r\n"),
    "bare_error_400": Response(400, b"Error\r\n"),
    "no_events": Response(200, b"Error: No Events\r\n"),
    "empty": Response(200, b""),
    "not_found": Response(
        404, b"<html><body><h1>404 Not Found</h1></body></html>\r\n", content_type="text/html"
    ),
    "html": Response(200, _PAGE, content_type="text/html"),
    "internal": Response(500, b"Error\r\nInternal Error!\r\n"),
    "invalid_authority": Response(401, b"Error\r\nInvalid Authority!\r\n"),
    "user_locked": Response(401, b"Error\r\nUser Locked! Please try again later.\r\n"),
    "user_locked_403": Response(403, b"Error\r\nUser Locked! Please try again later.\r\n"),
    "forbidden": Response(403, b"Error\r\nAuthorization Failed!\r\n"),
}

OK = Response(200, b"OK\r\n")


def face(name: str, config_name: str = "") -> Response:
    """Return a refusal by name; `error_minus_one` names the part that is missing."""
    if name == "error_minus_one":
        text = f"Error: Error -1 getting param in name={config_name}\r\n"
        return Response(200, text.encode())
    return FACES[name]


def lines(pairs: Iterable[tuple[str, object]], encoding: str = "utf-8") -> Response:
    """Answer with `key=value` lines."""
    text = "".join(f"{key}={value}\r\n" for key, value in pairs)
    return Response(200, text.encode(encoding, errors="replace"))
