"""The demo's page: the dashboard for owners, and buttons that direct what the camera sees."""

from typing import Any

from .api import Api
from .dashboard import ICON, TITLE, Card, heading, view
from .entities import Entities

PATH = "camera-demo"

# Who passes by at the press of a button, and how dark it can be.
_PASSERS_BY = (
    ("Person", "person_crosses", "mdi:walk"),
    ("Car", "car_passes", "mdi:car"),
    ("Bicycle", "bicycle_passes", "mdi:bicycle"),
    ("Cat", "cat_wanders", "mdi:cat"),
)
_TIMES = (
    ("Noon", 0.0, "mdi:weather-sunny"),
    ("Dusk", 0.5, "mdi:weather-sunset"),
    ("Night", 0.8, "mdi:weather-night"),
    ("Pitch-dark", 1.0, "mdi:moon-new"),
)
_HEADING = """\
# Two sensors, one camera
It is night in front of the camera until you choose another hour. Every half minute somebody \
passes by: watch the pictures, then the sensors. Switch on a **warm light** and see what \
it lights."""


async def make_page(api: Api, entities: Entities, *, staged: bool) -> str:
    """Make the page, show it first to whoever comes, and return its address.

    `staged` tells that the cameras are virtual, with a scene that can be directed.
    """
    page = view(entities)
    if staged:
        page["sections"] = [*_scene(), *page["sections"]]
        page["header"] = {
            "layout": "start",
            "card": {"type": "markdown", "text_only": True, "content": _HEADING},
        }
    await show(api, PATH, page)
    async with api.websocket() as commands:
        await commands.send("frontend/set_system_data", key="core", value={"default_panel": PATH})
    return f"{api.url}/{PATH}"


async def show(api: Api, path: str, page: Card) -> None:
    """Make a dashboard of one view; its path needs a hyphen."""
    async with api.websocket() as commands:
        await commands.send(
            "lovelace/dashboards/create",
            url_path=path,
            title=TITLE,
            icon=ICON,
            mode="storage",
            show_in_sidebar=True,
            require_admin=False,
        )
        config = {"title": TITLE, "views": [page]}
        await commands.send("lovelace/config/save", url_path=path, config=config)


def _scene() -> list[Card]:
    """Return what directs the scene before the virtual camera: two rows of buttons."""
    passers_by = [
        _button(name, icon, "rest_command.scenario", {"name": scenario})
        for name, scenario, icon in _PASSERS_BY
    ]
    times = [
        _button(name, icon, "rest_command.darkness", {"darkness": darkness})
        for name, darkness, icon in _TIMES
    ]
    rows = (
        heading("Send by", "mdi:movie-open-outline") | {"badges": passers_by},
        heading("Darkness", "mdi:theme-light-dark") | {"badges": times},
    )
    return [{"type": "grid", "cards": [row]} for row in rows]


def _button(text: str, icon: str, action: str, data: dict[str, Any]) -> Card:
    tap = {"action": "perform-action", "perform_action": action, "data": data}
    return {"type": "button", "text": text, "icon": icon, "tap_action": tap}
