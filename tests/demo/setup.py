"""Adding a camera as a user does: through the config flow."""

from .api import Api, until
from .cameras import Account
from .progress import DemoError, say

_FLOW = "/api/config/config_entries/flow"
_DOMAIN = "dahua_camera"
_OPTIONS = "/api/config/config_entries/options/flow"
_SETUP_SECONDS = 60.0
# The wide sensor of the virtual camera spots, the one with the lens identifies in its own light.
_SENSORS = {"enabled": True, "spotter": "1", "identifier": "0"}
_DETAILS = {
    "trigger": "motion",
    "cool_down": 5,
    "time_out": 15,
    "preparation": {"light": "infrared", "shutter": "unchanged", "image_profile": "unchanged"},
    "keeping": {"keep_days": 7, "keep_count": 500, "keep_megabytes": 500},
}
# States on the way to another one; options that change set an entry up anew.
_PASSING = {"not_loaded", "setup_in_progress", "unload_in_progress"}
# What the flow shows before it goes on; the demo says it and agrees.
_CONFIRMATIONS = {
    "https": "the camera wants HTTPS, at port {port}",
    "certificate": "trusting its certificate {fingerprint}",
}


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
    while answer.get("step_id") in _CONFIRMATIONS and not answer["errors"]:
        say(_CONFIRMATIONS[answer["step_id"]].format(**answer["description_placeholders"]))
        answer = await api.request("POST", f"{_FLOW}/{form['flow_id']}", {})
    if answer["type"] != "create_entry":
        problem = answer.get("errors") or answer.get("reason") or answer["type"]
        message = f"the camera could not be added: {problem}"
        raise DemoError(message)
    await _wait_until_set_up(api, answer["result"]["entry_id"])
    return str(answer["title"])


async def pair_sensors(api: Api, serial: str) -> None:
    """Have the sensors of a virtual camera work as one, through the options."""
    async with api.websocket() as commands:
        devices = await commands.send("config/device_registry/list")
    [entry_id] = [
        device["config_entry_id"] for device in devices if device.get("serial_number") == serial
    ]
    form = await api.request("POST", _OPTIONS, {"handler": entry_id})
    for step in (_SENSORS, _DETAILS):
        form = await api.request("POST", f"{_OPTIONS}/{form['flow_id']}", step)
    if form["type"] != "create_entry":
        message = f"the sensors could not be paired: {form.get('errors') or form['type']}"
        raise DemoError(message)
    await _wait_until_set_up(api, entry_id)


async def _wait_until_set_up(api: Api, entry_id: str) -> None:
    """Return when the entry runs; raises DemoError where it does not get so far."""

    async def is_settled() -> str:
        async with api.websocket() as commands:
            entries = await commands.send("config_entries/get", domain=_DOMAIN)
        state = next(entry["state"] for entry in entries if entry["entry_id"] == entry_id)
        return "" if state in _PASSING else state

    state = await until(is_settled, _SETUP_SECONDS, "the camera is set up")
    if state != "loaded":
        message = f"the camera was added, but its setup ended in {state}"
        raise DemoError(message)
