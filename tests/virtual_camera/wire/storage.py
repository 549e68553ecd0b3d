"""storageDevice.cgi and userManager.cgi: the card in the slot and who is logged in."""

from tests.virtual_camera.http_server import Response

from .answers import face, lines
from .call import Call, Endpoint


async def get_device_all_info(call: Call) -> Response:
    """Print the memory card as the profile describes it, or refuse where there is none."""
    rows = call.machine.profile.storage
    if not rows:
        return face(call.machine.profile.faces.endpoint)
    return lines(rows.items())


async def get_active_user_info_all(call: Call) -> Response:
    """Print the users with a connection open."""
    machine = call.machine
    rows: list[tuple[str, object]] = []
    peer = call.connection.writer.get_extra_info("peername") or ("127.0.0.1",)
    for number, connection in enumerate(sorted(machine.open_connections(), key=lambda c: c.number)):
        rows += [
            (f"users[{number}].ClientAddress", peer[0]),
            (f"users[{number}].ClientType", "CGI"),
            (f"users[{number}].Id", connection.number),
            (f"users[{number}].Name", machine.logins.guard.username),
        ]
    return lines(rows)


ENDPOINTS: dict[str, Endpoint] = {
    "storageDevice.getDeviceAllInfo": get_device_all_info,
    "userManager.getActiveUserInfoAll": get_active_user_info_all,
}
