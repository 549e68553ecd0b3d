"""Every word and icon that the user sees exists, is well formed and is used."""

import ast
from collections.abc import Iterator
import json
import re
from typing import Any

import hass_frontend
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.config_flow import DahuaConfigFlow
from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigFlowResult,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers import config_validation as cv, entity_registry as er
from tests.integration.source import (
    INTEGRATION,
    called,
    glue,
    is_error,
    keyword,
    leaves,
    literal,
    load_json,
    placeholders,
    string_constants,
)

STRINGS = load_json(INTEGRATION / "translations" / "en.json")
ICONS = load_json(INTEGRATION / "icons.json")
KEY = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
LINK = re.compile(r"\w+://|\bwww\.", re.IGNORECASE)

# What bears the name that it has in the camera; the key is for the icon.
NAMED_BY_THE_OWNER = {
    ("entity.binary_sensor", "region"),
    ("entity.binary_sensor", "rule"),
    ("entity.switch", "rule_enabled"),
}

# Sections of the strings by the calls whose `translation_key` leads into them.
SECTIONS = {
    "ChildDeviceInfo": "device",
    "DeviceInfo": "device",
    "SelectSelectorConfig": "selector",
    "async_create_issue": "issues",
}


def translation_keys() -> Iterator[tuple[str, str]]:
    """Return the section and the key of every translation that the glue spells out."""
    for name, module in glue().items():
        entity_section = f"entity.{name}"
        for node in ast.walk(module):
            match node:
                case ast.Call() if (
                    key := literal(keyword(node, "translation_key"))
                ) and not is_error(name, node):
                    yield SECTIONS.get(called(node), entity_section), key
                case ast.Assign(
                    targets=[
                        ast.Name(id="_attr_translation_key")
                        | ast.Attribute(attr="_attr_translation_key")
                    ],
                    value=value,
                ) if key := literal(value):
                    yield entity_section, key
                case ast.Assign(
                    targets=[ast.Subscript(slice=ast.Constant(value="translation_key"))],
                    value=value,
                ) if key := literal(value):
                    yield "device", key


def section_of(tree: dict[str, Any], dotted: str) -> dict[str, Any]:
    """Return the objects at a dotted path, or nothing."""
    for part in dotted.split("."):
        tree = tree.get(part, {})
    return tree


@pytest.mark.parametrize(("path", "text"), leaves(STRINGS))
def test_text_is_well_formed(path: str, text: str) -> None:
    assert all(KEY.fullmatch(part) for part in path.split("."))
    assert cv.string_with_no_html(text) == text == text.strip() != ""
    assert not LINK.search(text), "links belong into placeholders"
    assert "[%key:" not in text, "references are resolved in Home Assistant's own files only"
    assert not re.search(r"'\{\w+\}'", text), "quotes hide the placeholder"
    assert all(name.isidentifier() for name in placeholders(text))


def test_sections_are_known() -> None:
    known = {"config", "device", "entity", "exceptions", "issues", "options", "selector"}
    assert STRINGS.keys() <= known | {"services"}


@pytest.fixture(scope="module")
def drawn_icons() -> set[str]:
    """The names of all icons that the frontend can draw."""
    path = hass_frontend.where() / "static" / "mdi" / "iconList.json"
    return {f"mdi:{icon['name']}" for icon in json.loads(path.read_text())}


@pytest.mark.parametrize(("path", "icon"), leaves(ICONS))
def test_icon_can_be_drawn(path: str, icon: str, drawn_icons: set[str]) -> None:
    assert all(KEY.fullmatch(part) for part in path.split("."))
    assert icon in drawn_icons


def test_icons_of_states_differ_from_the_default() -> None:
    for entities in ICONS["entity"].values():
        for icons in entities.values():
            assert icons.get("default") not in icons.get("state", {}).values()


def test_keys_in_code_have_translations() -> None:
    missing = {
        (where, key) for where, key in translation_keys() if key not in section_of(STRINGS, where)
    }
    assert missing <= NAMED_BY_THE_OWNER


def test_translations_are_used() -> None:
    spelled = string_constants()
    for domain, entities in STRINGS["entity"].items():
        assert domain in glue().keys() & set(Platform)
        assert entities.keys() <= spelled
    for domain, entities in ICONS["entity"].items():
        assert domain in glue().keys() & set(Platform)
        assert entities.keys() <= spelled
    for where in ("device", "issues", "selector"):
        assert STRINGS.get(where, {}).keys() <= spelled


def test_names_and_icons_are_not_spelled_out_in_code() -> None:
    for module in glue().values():
        for node in ast.walk(module):
            match node:
                case ast.Assign(
                    targets=[
                        ast.Name(id="_attr_name" | "_attr_icon" as name)
                        | ast.Attribute(attr="_attr_name" | "_attr_icon" as name)
                    ],
                    value=value,
                ):
                    assert not isinstance(value, ast.JoinedStr), name
                    assert literal(value) is None, name
                case ast.Call() if called(node).endswith("Description"):
                    assert keyword(node, "name") is None
                    assert keyword(node, "icon") is None


def test_steps_are_those_that_are_shown() -> None:
    shown = {
        step
        for flow in ("config_flow", "options_flow")
        for node in ast.walk(glue()[flow])
        if isinstance(node, ast.Call) and (step := literal(keyword(node, "step_id")))
    }
    steps = STRINGS["config"]["step"] | STRINGS.get("options", {}).get("step", {})
    assert steps.keys() == shown


async def first_form(hass: HomeAssistant, source: str) -> ConfigFlowResult:
    """Return the form that a flow begins with."""
    if source == SOURCE_USER:
        return await hass.config_entries.flow.async_init(DOMAIN, context={"source": source})
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={"host": "127.0.0.1", "username": "admin", "password": "", "https": False},
    )
    entry.add_to_hass(hass)
    start = entry.start_reauth_flow if source == SOURCE_REAUTH else entry.start_reconfigure_flow
    result: ConfigFlowResult = await start(hass)
    return result


@pytest.mark.parametrize(
    "source",
    [
        source
        for source in (SOURCE_USER, SOURCE_REAUTH, SOURCE_RECONFIGURE)
        if hasattr(DahuaConfigFlow, f"async_step_{source}")
    ],
)
async def test_every_field_is_named_and_explained(hass: HomeAssistant, source: str) -> None:
    result = await first_form(hass, source)
    step = STRINGS["config"]["step"][result["step_id"]]
    assert result["data_schema"]
    fields: set[str] = set()
    for marker, value in result["data_schema"].schema.items():
        if isinstance(value, section):
            texts = step["sections"][marker.schema]
            names = {each.schema for each in value.schema.schema}
            assert names == texts["data"].keys() == texts["data_description"].keys()
            assert texts["name"]
        else:
            fields.add(marker.schema)
    assert fields == step["data"].keys() == step["data_description"].keys()
    given = result["description_placeholders"] or {}
    assert placeholders(step["description"]) <= given.keys()


async def test_every_entity_has_a_name_and_an_icon(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert entities
    names = set()
    for entity in entities:
        key, name = entity.translation_key, entity.original_name or ""
        assert "{" not in name
        names.add((entity.device_id, entity.domain, name))
        if key is None:
            # The device class or the device names it, and the component draws it.
            continue
        assert name or entity.has_entity_name, entity.entity_id
        icons = ICONS["entity"].get(entity.domain, {}).get(key)
        assert icons or entity.original_device_class, entity.entity_id
        words = STRINGS["entity"].get(entity.domain, {}).get(key, {})
        options = (entity.capabilities or {}).get("options", [])
        # A shutter time is its own name, in every language.
        named = {option for option in options if not option[0].isdigit()}
        assert named <= words.get("state", {}).keys(), entity.entity_id
    assert len(names) == len(entities), "two entities of a device share a name"
