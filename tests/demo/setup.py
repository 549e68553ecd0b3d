"""Adding a camera as a user does: through the config flow."""

from .api import Api, until
from .cameras import Account
from .progress import DemoError

_FLOW = "/api/config/config_entries/flow"
_DOMAIN = "dahua_camera"
_SETUP_SECONDS = 60.0


async def add_camera(api: Api, account: Account) -> str:
    """Fill in the form, return the title of the new entry; DemoError tells what was objected."""
    form = await api.request("POST", _FLOW, {"handler": _DOMAIN})
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
    await _wait_until_set_up(api, answer["result"]["entry_id"])
    return str(answer["title"])


async def _wait_until_set_up(api: Api, entry_id: str) -> None:
    """Return when the entry runs; raises DemoError where it does not get so far."""

    async def is_settled() -> str:
        async with api.websocket() as commands:
            entries = await commands.send("config_entries/get", domain=_DOMAIN)
        state = next(entry["state"] for entry in entries if entry["entry_id"] == entry_id)
        return "" if state in {"not_loaded", "setup_in_progress"} else state

    state = await until(is_settled, _SETUP_SECONDS, "the camera is set up")
    if state != "loaded":
        message = f"the camera was added, but its setup ended in {state}"
        raise DemoError(message)
