"""The dashboard that owners paste: it fits whatever camera there is."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.demo.dashboard import as_yaml, view
from tests.demo.entities import Entities, Entity

# Cards that every Home Assistant has.
STANDARD = {
    "entities",
    "glance",
    "heading",
    "logbook",
    "picture-entity",
    "tile",
}


def entity(domain: str, key: str, channel: int | None = 0, category: str | None = None) -> Entity:
    place = "housing" if channel is None else f"sensor_{channel}"
    return Entity(
        entity_id=f"{domain}.{place}_{key}",
        serial="A",
        channel=channel,
        key=key,
        name=key.capitalize(),
        device=place,
        category=category,
    )


def bullet(channel: int) -> list[Entity]:
    """Return the entities of a simple sensor."""
    return [
        entity("camera", "main", channel),
        entity("binary_sensor", "motion", channel),
        entity("binary_sensor", "tampering", channel, "diagnostic"),
        entity("switch", "infrared", channel),
        entity("number", "infrared_brightness", channel),
        entity("select", "infrared_control", channel, "config"),
        entity("event", "detection", channel),
        entity("image", "last_detection", channel),
    ]


def parts(card: Any) -> Iterator[dict[str, Any]]:
    """Walk through a card and all that is in it."""
    if isinstance(card, dict):
        yield card
        for value in card.values():
            yield from parts(value)
    elif isinstance(card, list):
        for value in card:
            yield from parts(value)


def cards_of(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [card for section in page["sections"] for card in section["cards"]]


def headings(section: dict[str, Any]) -> list[str]:
    return [card["heading"] for card in section["cards"] if card["type"] == "heading"]


@pytest.mark.parametrize("sensors", [1, 2, 4])
def test_every_sensor_has_its_section(sensors: int) -> None:
    entities = Entities(tuple(each for channel in range(sensors) for each in bullet(channel)))
    page = view(entities)
    assert {card["type"] for card in cards_of(page)} <= STANDARD
    shown = [row["entity"] for row in parts(page) if "entity" in row and "condition" not in row]
    wanted = [each.entity_id for each in entities.all if each.category != "diagnostic"]
    assert sorted(shown) == sorted(wanted)
    firsts = [headings(section)[0] for section in page["sections"] if headings(section)]
    assert firsts[:sensors] == [f"sensor_{channel}" for channel in range(sensors)]


def test_a_lone_sensor_has_everything_else_beside_it() -> None:
    page = view(Entities(tuple(bullet(0))))
    assert [headings(section) for section in page["sections"]] == [["sensor_0"], ["What happened"]]
    assert page["sections"][1]["cards"][-1]["type"] == "entities"


def test_a_sensor_that_only_has_a_picture_gets_no_empty_cards() -> None:
    page = view(Entities((entity("camera", "main"),)))
    assert [card["type"] for card in cards_of(page)] == ["heading", "picture-entity"]
    assert len(page["sections"]) == 1


def test_what_the_whole_camera_saw_is_shown_below_the_last_sensor() -> None:
    housing = [
        entity("image", "capture", None),
        entity("image", "capture_spotter", None),
        entity("event", "capture", None),
    ]
    page = view(Entities((*bullet(0), *bullet(1), *housing)))
    shown = [card.get("entity") for card in page["sections"][1]["cards"]]
    assert shown.index("image.housing_capture") > shown.index("event.sensor_1_detection")
    assert "event.housing_capture" in shown
    assert "image.housing_capture_spotter" not in shown, "it is part of the composed one"


def test_many_detections_stand_in_even_rows() -> None:
    rules = [entity("binary_sensor", f"rule_{number}") for number in range(6)]
    page = view(Entities((entity("camera", "main"), *rules)))
    glance = next(card for card in parts(page) if card.get("type") == "glance")
    assert glance["columns"] == 3
    assert [each["entity"] for each in glance["entities"]] == [each.entity_id for each in rules]


def test_the_text_is_what_the_raw_editor_takes() -> None:
    entities = Entities((*bullet(0), *bullet(1)))
    text = as_yaml(entities)
    assert yaml.safe_load(text) == {"title": "Cameras", "views": [view(entities)]}
    assert "&id" not in text, "an owner need not know about aliases"
