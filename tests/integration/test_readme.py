"""The README: what it tells owners to paste works, and what it points at is there."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
import yaml

from custom_components.dahua_camera.pairing import (
    CONF_COOL_DOWN,
    CONF_KEEP_COUNT,
    CONF_KEEP_DAYS,
    CONF_KEEP_MEGABYTES,
    CONF_TIME_OUT,
    DEFAULTS,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.integration.source import INTEGRATION, ROOT, load_json

README = (ROOT / "README.md").read_text()
PAPERS = [ROOT / "README.md", *sorted((ROOT / ".github").glob("*.md"))]
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)]
AUTOMATIONS = [each for block in EXAMPLES for each in block.get("automation", [])]
WORDS = load_json(INTEGRATION / "translations" / "en.json")
# Said in the README in the words of their table rather than by their names.
SAID_OTHERWISE = {"Channel {number}", "Sub stream {number}"}


def anchors(paper: str) -> set[str]:
    """Return what a link may point at within a text: its headings, as they become addresses."""
    headings = re.findall(r"^#+ (.*)$", paper, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(paper: Path) -> Iterator[str]:
    """Return the targets of all links and pictures that are no web address."""
    for target in re.findall(r"\]\(([^)\s]+)\)", paper.read_text()):
        if not target.startswith("https://"):
            yield target


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_links_lead_somewhere(paper: Path) -> None:
    for target in links(paper):
        path, _, anchor = target.partition("#")
        found = (paper.parent / path).resolve() if path else paper
        assert found.exists(), target
        assert not anchor or anchor in anchors(found.read_text()), target


@pytest.mark.parametrize("automation", AUTOMATIONS, ids=lambda each: each["alias"])
async def test_automation_can_be_pasted(hass: HomeAssistant, automation: dict[str, Any]) -> None:
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    [state] = hass.states.async_all("automation")
    assert state.state == "on", "an automation that is not valid is unavailable"
    await hass.services.async_call("automation", "turn_off", {"entity_id": state.entity_id})
    await hass.async_block_till_done()


async def test_plate_is_written_down_once_and_a_loss_of_the_events_never(
    hass: HomeAssistant,
) -> None:
    written = async_mock_service(hass, "logbook", "log")
    [automation] = (each for each in AUTOMATIONS if each["alias"] == "Write down number plates")
    [trigger] = automation["triggers"]
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    first, second = "2026-11-22T13:03:12.000+00:00", "2026-11-22T14:00:00.000+00:00"
    for state in ("unknown", "unavailable", "unknown", first, "unavailable", first, second):
        told = {"plate": f"read at {state}"} if state in {first, second} else {}
        hass.states.async_set(trigger["entity_id"], state, told)
        await hass.async_block_till_done()
    messages = [call.data["message"].strip() for call in written]
    assert messages == [f"read at {first}", f"read at {second}"]


def test_readme_has_automations_to_paste() -> None:
    assert len(AUTOMATIONS) >= 5


@pytest.mark.parametrize("step", ["user", "init", "details"])
def test_every_field_is_explained(step: str) -> None:
    flow = WORDS["config" if step == "user" else "options"]["step"][step]
    parts = [flow, *flow.get("sections", {}).values()]
    if step == "details":
        # The fields within a section are explained by the section's row.
        parts = [flow, *({"data": {"": part["name"]}} for part in flow["sections"].values())]
    for label in (label for part in parts for label in part.get("data", {}).values()):
        assert label in README, label


def test_every_entity_is_explained() -> None:
    names = {
        entity["name"]
        for platform in WORDS["entity"].values()
        for entity in platform.values()
        if entity.get("name") and entity["name"] not in SAID_OTHERWISE
    }
    said = README.lower()
    # Names that begin alike share a row: "Last capture, as spotted, as identified".
    assert not {name for name in names for part in name.split(", ") if part.lower() not in said}


@pytest.mark.parametrize("event", ["detection", "capture"])
def test_every_type_of_event_is_named(event: str) -> None:
    types = WORDS["entity"]["event"][event]["state_attributes"]["event_type"]["state"]
    assert not {each for each in types if f"`{each}`" not in README}


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("({} seconds, if", [CONF_COOL_DOWN]),
        ("at most ({} seconds)", [CONF_TIME_OUT]),
        ("({} days, {} captures, {} MB)", [CONF_KEEP_DAYS, CONF_KEEP_COUNT, CONF_KEEP_MEGABYTES]),
    ],
)
def test_said_is_what_is_preset(said: str, keys: list[str]) -> None:
    assert said.format(*(DEFAULTS[key] for key in keys)) in README


@pytest.mark.parametrize("blueprint", sorted((INTEGRATION / "blueprints").rglob("*.yaml")))
def test_every_blueprint_is_offered(blueprint: Path) -> None:
    assert str(blueprint.relative_to(ROOT)) in README
