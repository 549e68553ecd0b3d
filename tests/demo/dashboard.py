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
    "switch": [{"type": "toggle"}],
}
# What stands under a picture, in this order; entities that are not named come after it.
_ORDER = (
    "motion",
    "region_",
    "rule_",
    "person",
    "vehicle",
    "bicycle",
    "face",
    "warm_light",
    "warm_light_brightness",
    "infrared",
    "infrared_brightness",
    "zoom",
    "focus",
    "autofocus",
    "illumination",
    "day_night",
)
_ALWAYS_TILES = ("day_night", "illumination")
_COLORS = {"warm_light": "amber", "infrared": "purple", "warm_light_brightness": "amber"}
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
    sections = [_sensor_cards(entities.of(*place)) for place in entities.places]
    more = [*(_scene_cards() if staged else ()), *_logbook_cards(entities)]
    # The last sensor has the least to set, so that there is room below it.
    if len(sections) > 1:
        sections[-1] += more
    else:
        sections.append(more)
    view: Card = {
        "type": "sections",
        "title": "Cameras",
        "path": "cameras",
        "icon": "mdi:cctv",
        "theme": THEME_NAME,
        "max_columns": 2,
        "sections": [{"type": "grid", "cards": cards} for cards in sections],
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
It is night in front of the camera until you choose another hour. Every half minute somebody \
passes by: watch the pictures, then the sensors. Switch on a **warm light** and see what \
it lights."""


def _badges(entities: Entities) -> list[Card]:
    """Return a badge for whatever detects something."""
    return [
        {
            "type": "entity",
            "entity": entity.entity_id,
            "name": entity.name,
            "show_name": True,
            "color": "red",
        }
        for entity in entities.all
        if entity.domain == "binary_sensor" and entity.channel is not None
    ][:8]


def _sensor_cards(entities: Sequence[Entity]) -> list[Card]:
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
    shown = _ordered(entities)
    cards += _rows([_tile(entity) for entity in shown if _is_tile(entity)])
    cards += _last_seen(shown)
    settings = [entity for entity in shown if entity.is_setting and not _is_tile(entity)]
    if settings:
        cards.append(_settings(settings))
    return cards


def _rows(tiles: list[Card]) -> list[Card]:
    """Widen every tile that would leave the other half of its row empty."""
    half: Card | None = None
    for tile in [*tiles, {"grid_options": {"columns": 12}}]:
        if tile["grid_options"]["columns"] == 12 and half is not None:
            half["grid_options"] = {"columns": 12}
            half = None
        elif tile["grid_options"]["columns"] == 6:
            half = tile if half is None else None
    return tiles


def _last_seen(entities: Iterable[Entity]) -> list[Card]:
    """Return what was detected last: the still, and beside it what it was."""
    pictures = [
        {
            "type": "picture-entity",
            "entity": entity.entity_id,
            "name": entity.name,
            "show_state": False,
            "aspect_ratio": "16x9",
        }
        for entity in entities
        if entity.domain == "image"
    ]
    events = [_tile(entity) for entity in entities if entity.domain == "event"]
    if not pictures:
        return events
    beside = {"type": "vertical-stack", "cards": events}
    return [
        {
            "type": "horizontal-stack",
            "cards": [*pictures, beside],
            "grid_options": {"columns": "full"},
        }
    ]


def _is_tile(entity: Entity) -> bool:
    if entity.domain in {"image", "event"}:
        return False
    return not entity.is_setting or entity.key in _ALWAYS_TILES


def _ordered(entities: Iterable[Entity]) -> list[Entity]:
    """Return what goes under a picture: what it sees, what one does, then what one sets."""

    def place(entity: Entity) -> tuple[int, str]:
        for number, key in enumerate(_ORDER):
            if entity.key == key or (key.endswith("_") and entity.key.startswith(key)):
                return (number, entity.name)
        return (len(_ORDER), entity.name)

    return sorted((entity for entity in entities if entity.domain != "camera"), key=place)


def _tile(entity: Entity) -> Card:
    card: Card = {
        "type": "tile",
        "entity": entity.entity_id,
        "name": entity.name,
        "features_position": "inline",
        "grid_options": {"columns": 12 if entity.domain in _FEATURES else 6},
    }
    if entity.domain in _FEATURES:
        card["features"] = _FEATURES[entity.domain]
    if entity.domain == "button":
        card["hide_state"] = True
        card["tap_action"] = {
            "action": "perform-action",
            "perform_action": "button.press",
            "target": {"entity_id": entity.entity_id},
        }
    if entity.key in _COLORS:
        card["color"] = _COLORS[entity.key]
    elif entity.domain == "binary_sensor":
        card["color"] = "red"
    return card


def _settings(entities: Iterable[Entity]) -> Card:
    """Return the list of what is set once and seldom touched."""
    return {
        "type": "entities",
        "title": "Settings",
        "show_header_toggle": False,
        "entities": [{"entity": each.entity_id, "name": each.name} for each in entities],
        "grid_options": {"columns": "full"},
    }


def _scene_cards() -> list[Card]:
    """Return the buttons that direct the scene before the virtual camera."""
    cards: list[Card] = [_heading("In front of the camera", "mdi:movie-open-outline")]
    for name, scenario, icon in _PASSAGES:
        cards.append(_button(f"{name} passes", icon, "rest_command.scenario", {"name": scenario}))
    for name, darkness, icon in _TIMES:
        cards.append(_button(name, icon, "rest_command.darkness", {"darkness": darkness}))
    return cards


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


def _logbook_cards(entities: Entities) -> list[Card]:
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
    return [_heading("What happened", "mdi:history"), log]
