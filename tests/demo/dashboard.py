"""A dashboard for cameras: each sensor's picture, and under it what it sees, its light, its lens.

It is made of the entities that there are and of Home Assistant's own cards, so that owners can
paste it. The demo shows the same.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from .entities import Entities, Entity

type Card = dict[str, Any]

TITLE, ICON = "Cameras", "mdi:cctv"

_FEATURES = {
    "number": {"type": "numeric-input", "style": "slider"},
    "select": {"type": "select-options"},
    "switch": {"type": "toggle"},
}
# What is under a picture to be used, in this order. A name of None is the entity's own; a shorter
# one says enough under the light that it belongs to.
_CONTROLS: dict[str, str | None] = {
    "warm_light": None,
    "warm_light_brightness": "Brightness",
    "infrared": None,
    "infrared_brightness": "Brightness",
    "illumination": None,
    "zoom": None,
    "focus": None,
    "day_night": None,
}
_COLORS = {
    "warm_light": "amber",
    "warm_light_brightness": "amber",
    "infrared": "purple",
    "infrared_brightness": "purple",
}
_DETECTIONS = ("motion", "region_", "rule_", "person", "vehicle", "bicycle", "face")
# What the tile of an event tells first, before how long ago that was.
_TOLD_FIRST = {
    "capture": ["event_type", "plate"],
    "detection": ["event_type"],
    "plate": ["plate"],
}
# Pictures that are on another one as well.
_PARTS = {"capture_spotter", "capture_identifier"}
_MAIN_PICTURE = ("camera", "main")
_LOGGED = ("warm_light", "infrared")
_MOST_IN_A_ROW = 5


def view(entities: Entities) -> Card:
    """Return the view of all cameras."""
    sensors = [entities.of(*place) for place in entities.places]
    sections = [[*_watched(sensor), *_last_seen(sensor)] for sensor in sensors]
    happened = [*_housings(entities), *_logbook(entities)]
    settings = [card for sensor in sensors for card in _settings(sensor)]
    if len(sections) > 1:
        # The last sensor has the least to show, so that there is room below it.
        sections[-1] += happened
        sections += [[card] for card in settings]
    else:
        sections.append(happened + settings)
    return {
        "type": "sections",
        "title": TITLE,
        "path": "cameras",
        "icon": ICON,
        "max_columns": 2,
        "sections": [{"type": "grid", "cards": cards} for cards in sections if cards],
    }


def as_yaml(entities: Entities) -> str:
    """Return the dashboard as its raw configuration editor takes it."""
    config = {"title": TITLE, "views": [view(entities)]}
    return _HOW_TO + yaml.safe_dump(config, allow_unicode=True, sort_keys=False, width=100)


_HOW_TO = """\
# A dashboard for your cameras. Create an empty one (Settings, Dashboards, Add dashboard, New
# dashboard from scratch), open it, select the pencil, then Raw configuration editor from the
# menu, and replace everything there with this. Replace the entity IDs with yours, and remove
# what you do not have. To print it for your own camera, run:
# scripts/demo --yaml --camera HOST --username NAME
"""


def heading(text: str, icon: str) -> Card:
    """Return the head of a group of cards."""
    return {"type": "heading", "heading": text, "icon": icon, "heading_style": "title"}


def _watched(sensor: Sequence[Entity]) -> list[Card]:
    """Return a sensor's picture, what it sees now, and what one does about it."""
    cards = [heading(sensor[0].device, ICON)]
    cards += [_live(entity) for entity in sensor if (entity.domain, entity.key) == _MAIN_PICTURE]
    detections = _ordered((each for each in sensor if each.is_detection), _DETECTIONS)
    if detections:
        cards.append(_glance(detections))
    controls = [entity for entity in sensor if entity.domain in _FEATURES]
    by_key = {entity.key: entity for entity in controls}
    cards += [_control(by_key[key], name) for key, name in _CONTROLS.items() if key in by_key]
    return cards


def _live(camera: Entity) -> Card:
    return {
        "type": "picture-entity",
        "entity": camera.entity_id,
        "camera_image": camera.entity_id,
        "camera_view": "live",
        "show_name": False,
        "show_state": False,
        "aspect_ratio": "16x9",
        "grid_options": {"columns": "full"},
    }


def _glance(detections: Sequence[Entity]) -> Card:
    rows = -(-len(detections) // _MOST_IN_A_ROW)
    return {
        "type": "glance",
        "columns": -(-len(detections) // rows),
        "state_color": True,
        "entities": [{"entity": each.entity_id, "name": each.name} for each in detections],
        "grid_options": {"columns": "full"},
    }


def _control(entity: Entity, name: str | None) -> Card:
    card: Card = {
        "type": "tile",
        "entity": entity.entity_id,
        "name": name or entity.name,
        "features": [dict(_FEATURES[entity.domain])],
        "features_position": "inline",
        "grid_options": {"columns": "full"},
    }
    if entity.key in _COLORS:
        card["color"] = _COLORS[entity.key]
    return card


def _last_seen(entities: Sequence[Entity]) -> list[Card]:
    """Return what was detected last: the pictures, and below them what it was."""
    images = [entity for entity in entities if entity.domain == "image"]
    pictures = [_picture(entity) for entity in images if entity.key not in _PARTS]
    return pictures + [_event(entity) for entity in entities if entity.domain == "event"]


def _picture(image: Entity) -> Card:
    """Return a still with its name, as soon as there is one."""
    return {
        "type": "picture-entity",
        "entity": image.entity_id,
        "name": image.name,
        "show_state": False,
        "aspect_ratio": "16x9",
        "grid_options": {"columns": "full"},
        "visibility": [
            {"condition": "state", "entity": image.entity_id, "state_not": state}
            for state in ("unknown", "unavailable")
        ],
    }


def _event(event: Entity) -> Card:
    card: Card = {
        "type": "tile",
        "entity": event.entity_id,
        "name": event.name,
        "grid_options": {"columns": "full"},
    }
    if event.key in _TOLD_FIRST:
        card["state_content"] = [*_TOLD_FIRST[event.key], "state"]
    return card


def _housings(entities: Entities) -> list[Card]:
    """Return what whole cameras saw last, whichever sensor it was."""
    serials = sorted({serial for serial, _ in entities.places})
    cards = [card for serial in serials for card in _last_seen(entities.of(serial, None))]
    return [heading("Captures", "mdi:image-multiple-outline"), *cards] if cards else []


def _settings(sensor: Sequence[Entity]) -> list[Card]:
    """Return the list of what is set once and seldom touched; none for a sensor without."""
    shown = [entity for entity in sensor if entity.is_setting or entity.domain == "button"]
    shown = [entity for entity in shown if entity.key not in _CONTROLS]
    if not shown:
        return []
    return [
        {
            "type": "entities",
            "title": f"{sensor[0].device}: settings",
            "show_header_toggle": False,
            "entities": [
                {"entity": each.entity_id, "name": each.name}
                for each in sorted(shown, key=lambda each: (each.domain, each.name))
            ],
            "grid_options": {"columns": "full"},
        }
    ]


def _ordered(entities: Iterable[Entity], keys: Sequence[str]) -> list[Entity]:
    """Order entities by their keys, of which some end with a number; others come last."""

    def place(entity: Entity) -> tuple[int, str]:
        for number, key in enumerate(keys):
            if entity.key == key or (key.endswith("_") and entity.key.startswith(key)):
                return (number, entity.name)
        return (len(keys), entity.name)

    return sorted(entities, key=place)


def _logbook(entities: Entities) -> list[Card]:
    shown = [
        entity.entity_id
        for entity in entities.all
        if entity.is_detection or entity.domain == "event" or entity.key in _LOGGED
    ]
    if not shown:
        return []
    log = {
        "type": "logbook",
        "target": {"entity_id": sorted(shown)},
        "hours_to_show": 24,
        "grid_options": {"columns": "full", "rows": 6},
    }
    return [heading("What happened", "mdi:history"), log]
