"""mediaFileFind.cgi and RPC_Loadfile: looking for recordings and fetching them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from tests.virtual_camera.http_server import Response
from tests.virtual_camera.recordings import Recording

from .answers import OK, face, lines
from .call import BadCallError, Call, Endpoint
from .identity import TIME_FORMAT

LOAD_FILE = "/cgi-bin/RPC_Loadfile"
_MAX_FINDERS = 16
_MAX_ITEMS = 100

_numbers = count(42_000)


async def create(call: Call) -> Response:
    """Make a finder; a camera whose finders are never destroyed runs out of them."""
    finders = call.card.finders
    if len(finders) >= _MAX_FINDERS:
        return face("internal")
    number = next(_numbers)
    finders[number] = None
    return lines([("result", number)])


def _finder(call: Call) -> int:
    number = int(call.number("object"))
    if number not in call.card.finders:
        raise BadCallError
    return number


def _moment(call: Call, name: str) -> datetime:
    try:
        return datetime.strptime(call.text(name), TIME_FORMAT)  # noqa: DTZ007 - a wall clock
    except ValueError:
        raise BadCallError(name) from None


def _list(call: Call, name: str) -> list[str]:
    prefix = f"condition.{name}["
    return [value for key, value in call.pairs if key.startswith(prefix) and value != "*"]


async def find_file(call: Call) -> Response:
    """Begin a search; where nothing is found the answer is an error."""
    number = _finder(call)
    found = call.card.find(
        call.channel("condition.Channel"),
        _moment(call, "condition.StartTime"),
        _moment(call, "condition.EndTime"),
        types=_list(call, "Types"),
        events=_list(call, "Events"),
    )
    call.card.finders[number] = iter(found)
    return OK if found else face("bare_error_400")


async def find_next_file(call: Call) -> Response:
    """Print the next files."""
    search = call.card.finders[_finder(call)]
    if search is None:
        raise BadCallError
    wanted = min(int(call.number("count", _MAX_ITEMS)), _MAX_ITEMS)
    files = [file for _, file in zip(range(wanted), search, strict=False)]
    rows = [("found", str(len(files)))]
    for row, file in enumerate(files):
        rows += _describe(call, f"items[{row}]", file)
    return lines(rows)


def _describe(call: Call, item: str, file: Recording) -> Iterator[tuple[str, str]]:
    yield f"{item}.Channel", str(file.channel)
    yield f"{item}.Cluster", "0"
    yield f"{item}.Disk", "0"
    yield f"{item}.EndTime", f"{file.end:%F %T}"
    yield f"{item}.Events[0]", file.event
    yield f"{item}.FilePath", file.path
    yield f"{item}.Flags[0]", "Event"
    yield f"{item}.Length", str(call.card.length(file))
    yield f"{item}.Partition", "0"
    yield f"{item}.StartTime", f"{file.start:%F %T}"
    yield f"{item}.Type", file.type
    yield f"{item}.VideoStream", "Main"


async def close(call: Call) -> Response:
    """End a search."""
    call.card.finders[_finder(call)] = None
    return OK


async def destroy(call: Call) -> Response:
    """Give a finder back."""
    del call.card.finders[_finder(call)]
    return OK


async def load_file(call: Call) -> Response:
    """Send a file."""
    path = call.request.path.removeprefix(LOAD_FILE)
    file = call.card.at_path(path)
    if file is None:
        return face("not_found")
    content = await call.card.content(file)
    media_type = "image/jpeg" if file.type == "jpg" else "application/octet-stream"
    return Response(200, content, content_type=media_type)


ENDPOINTS: dict[str, Endpoint] = {
    "mediaFileFind.factory.create": create,
    "mediaFileFind.findFile": find_file,
    "mediaFileFind.findNextFile": find_next_file,
    "mediaFileFind.close": close,
    "mediaFileFind.factory.close": close,
    "mediaFileFind.destroy": destroy,
    "mediaFileFind.factory.destroy": destroy,
}
