"""configManager.cgi: reading and writing the tables."""

from tests.virtual_camera.http_server import Response
from tests.virtual_camera.store import AbsentPartError, RefusedWriteError, UnknownTableError
from tests.virtual_camera.tables import top_name

from .answers import OK, face, lines
from .call import BadCallError, Call, Endpoint


async def get_config(call: Call) -> Response:
    """Print tables or parts of tables; one that does not exist spoils the whole request."""
    machine = call.machine
    faces = machine.profile.faces
    names = [value for key, value in call.pairs if key == "name"]
    if not names or (len(names) > 1 and not machine.profile.switches.multi_name):
        raise BadCallError
    if names == ["All"]:
        names = machine.store.names
    rows: list[tuple[str, str]] = []
    for name in names:
        if refusal := faces.tables.get(top_name(name)):
            return face(refusal, name)
        try:
            rows += machine.read(name)
        except UnknownTableError:
            return face(faces.table, name)
        except AbsentPartError:
            return face(faces.absent_part, name)
    switches = machine.profile.switches
    bare = switches.bare_tables
    printed = ((key if top_name(key) in bare else f"table.{key}", value) for key, value in rows)
    return lines(printed, switches.encoding)


async def set_config(call: Call) -> Response:
    """Write every pair of the query except the action itself."""
    faces = call.machine.profile.faces
    pairs = [pair for pair in call.pairs if pair[0] != "action"]
    if not pairs:
        raise BadCallError
    for key, _ in pairs:
        if refusal := faces.tables.get(top_name(key)):
            return face(refusal, key)
    try:
        call.machine.write(pairs)
    except UnknownTableError:
        return face(faces.table)
    except RefusedWriteError:
        return face(faces.refused_write)
    return OK


ENDPOINTS: dict[str, Endpoint] = {
    "configManager.getConfig": get_config,
    "configManager.setConfig": set_config,
}
