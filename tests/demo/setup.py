"""Adding a camera as a user does: through the config flow."""

from .api import Api
from .cameras import Account
from .progress import DemoError

_FLOW = "/api/config/config_entries/flow"


async def add_camera(api: Api, account: Account) -> str:
    """Fill in the form, return the title of the new entry; DemoError tells what was objected."""
    form = await api.request("POST", _FLOW, {"handler": "dahua_camera"})
    ports = {"port": account.http, "rtsp_port": account.rtsp}
    advanced = {name: port for name, port in ports.items() if port is not None}
    answer = await api.request(
        "POST",
        f"{_FLOW}/{form['flow_id']}",
        {
            "host": account.host,
            "username": account.username,
            "password": account.password,
            "advanced": {**advanced, "https": False},
        },
    )
    if answer["type"] != "create_entry":
        problem = answer.get("errors") or answer.get("reason") or answer["type"]
        message = f"the camera could not be added: {problem}"
        raise DemoError(message)
    return str(answer["title"])
