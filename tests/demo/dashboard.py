"""The demo's page: live pictures side by side, and under each what that sensor can do."""

from collections.abc import Iterable, Sequence
from typing import Any

from .api import Api
from .entities import Entities, Entity

PATH = "camera-demo"
# Wide enough that two pictures fill a usual screen.
THEME = {"ha-view-sections-column-max-width": "900px", "ha-section-grid-row-gap": "8px"}
THEME_NAME = "Camera demo"

type Card = dict[str, Any]

_FEATURES = {
    "select": [{"type": "select-options"}],
    "number": [{"type": "numeric-input", "style": "slider"}],
    "button": [{"type": "button"}],
    "switch": [{"type": "toggle"}],
}
_DOMAINS = ("switch", "select", "number", "button", "binary_sensor", "event", "sensor", "image")
_COLORS = {"warm_light": "amber", "infrared": "purple", "motion": "red"}
_KEYS = ("warm_light", "infrared", "day_night")
# What passes by at the press of a button, and how dark it can be.
_PASSAGES = (
    ("A person", "person_crosses", "mdi:walk"),
    ("A car", "car_passes", "mdi:car"),
    ("A bicycle", "bicycle_passes", "mdi:bicycle"),
    ("A cat", "cat_wanders", "mdi:cat"),
)
_TIMES = (
    ("Noon", 0.0, "mdi:weather-sunny"),
    ("Dusk", 0.5, "mdi:weather-sunset"),
    ("Night", 0.8, "mdi:weather-night"),
    ("Pitch-dark", 1.0, "mdi:moon-new"),
)


async def make_dashboard(api: Api, entities: Entities, *, staged: bool) -> str:
    """Make the page, show it first to whoever comes, and return its address.

    `staged` tells that the cameras are virtual, with a scene that can be directed.
    """
    async with api.websocket() as commands:
        await commands.send(
            "lovelace/dashboards/create",
            url_path=PATH,
            title="Cameras",
            icon="mdi:cctv",
            mode="storage",
            show_in_sidebar=True,
            require_admin=False,
        )
        config = {"title": "Cameras", "views": [_view(entities, staged=staged)]}
        await commands.send("lovelace/config/save", url_path=PATH, config=config)
        await commands.send("frontend/set_system_data", key="core", value={"default_panel": PATH})
    return f"{api.url}/{PATH}"


def _view(entities: Entities, *, staged: bool) -> Card:
    sections = [_sensor_section(entities.of(*place)) for place in entities.places]
    if staged:
        sections.append(_scene_section())
    sections.append(_logbook_section(entities))
    view: Card = {
        "type": "sections",
        "title": "Cameras",
        "path": "cameras",
        "icon": "mdi:cctv",
        "theme": THEME_NAME,
        "max_columns": 2,
        "dense_section_placement": True,
        "sections": sections,
        "badges": _badges(entities),
    }
    if staged:
        view["header"] = {
            "layout": "start",
            "badges_position": "bottom",
            "card": {"type": "markdown", "text_only": True, "content": _HEADING},
        }
    return view


_HEADING = """\
# Two sensors, one camera
It is **night** where this camera hangs (darkness 0.8 of 1). Every half minute somebody passes by: \
watch the pictures, then the sensors. Switch on a **warm light** and see what it lights."""


def _badges(entities: Entities) -> list[Card]:
    """Return a badge for whatever detects something."""
    return [
        {"type": "entity", "entity": entity.entity_id, "name": entity.name, "color": "red"}
        for entity in entities.all
        if entity.domain == "binary_sensor" and entity.channel is not None
    ][:8]


def _sensor_section(entities: Sequence[Entity]) -> Card:
    """Return a sensor's picture and everything else of it."""
    cameras = [entity for entity in entities if entity.domain == "camera"]
    main = next((camera for camera in cameras if camera.key == "main"), None)
    cards: list[Card] = []
    if entities:
        cards.append(
            {
                "type": "heading",
                "heading": entities[0].device,
                "icon": "mdi:cctv",
                "heading_style": "title",
            }
        )
    if main:
        cards.append(
            {
                "type": "picture-entity",
                "entity": main.entity_id,
                "camera_image": main.entity_id,
                "camera_view": "live",
                "show_name": False,
                "show_state": False,
                "aspect_ratio": "16x9",
                "grid_options": {"columns": "full"},
            }
        )
    cards += [_tile(entity) for entity in _ordered(entities)]
    return {"type": "grid", "cards": cards}


def _ordered(entities: Iterable[Entity]) -> list[Entity]:
    """Return what goes under a picture: what one does first, then what one sees."""
    known = [entity for entity in entities if entity.domain in _DOMAINS]

    def place(entity: Entity) -> tuple[int, int, str]:
        key = _KEYS.index(entity.key) if entity.key in _KEYS else len(_KEYS)
        return (_DOMAINS.index(entity.domain), key, entity.name)

    return sorted(known, key=place)


def _tile(entity: Entity) -> Card:
    card: Card = {
        "type": "tile",
        "entity": entity.entity_id,
        "name": entity.name,
        "vertical": False,
        "features_position": "bottom",
        "grid_options": {"columns": 12 if entity.domain == "select" else 6},
    }
    if entity.domain in _FEATURES:
        card["features"] = _FEATURES[entity.domain]
        if entity.domain == "switch":
            card["features_position"] = "inline"
    if entity.key in _COLORS:
        card["color"] = _COLORS[entity.key]
    elif entity.domain == "binary_sensor":
        card["color"] = "red"
    return card


def _scene_section() -> Card:
    """Return the buttons that direct the scene before the virtual camera."""
    cards: list[Card] = [_heading("In front of the camera", "mdi:movie-open-outline")]
    for name, scenario, icon in _PASSAGES:
        cards.append(_button(f"{name} passes", icon, "rest_command.scenario", {"name": scenario}))
    for name, darkness, icon in _TIMES:
        cards.append(_button(name, icon, "rest_command.darkness", {"darkness": darkness}))
    return {"type": "grid", "cards": cards}


def _heading(text: str, icon: str) -> Card:
    return {"type": "heading", "heading": text, "icon": icon, "heading_style": "title"}


def _button(name: str, icon: str, action: str, data: dict[str, Any]) -> Card:
    return {
        "type": "button",
        "name": name,
        "icon": icon,
        "tap_action": {"action": "perform-action", "perform_action": action, "data": data},
        "grid_options": {"columns": 3, "rows": 2},
        "icon_height": "32px",
    }


def _logbook_section(entities: Entities) -> Card:
    shown = [
        entity.entity_id
        for entity in entities.all
        if entity.domain in {"binary_sensor", "switch", "select", "event"}
    ]
    log = {
        "type": "logbook",
        "target": {"entity_id": shown},
        "hours_to_show": 1,
        "grid_options": {"columns": "full", "rows": 6},
    }
    return {"type": "grid", "cards": [_heading("What happened", "mdi:history"), log]}
