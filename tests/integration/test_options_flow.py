"""The options: whether and how two sensors work as one."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData, section
from tests.integration.helpers import entry_for, until
from tests.integration.source import INTEGRATION, load_json, placeholders
from tests.virtual_camera import VirtualCamera

STRINGS = load_json(INTEGRATION / "translations" / "en.json")
SENSORS = {"enabled": True, "spotter": "1", "identifier": "0"}
PREPARATION = {
    "light": "infrared",
    "shutter": "1/1000",
    "image_profile": "unchanged",
    "zoom": 40,
}
KEEPING = {"keep_days": 7, "keep_count": 500, "keep_megabytes": 500}
DETAILS = {
    "trigger": "region_0",
    "cool_down": 5,
    "time_out": 15,
    "preparation": PREPARATION,
    "keeping": KEEPING,
}


def is_loaded(entry: MockConfigEntry) -> bool:
    return entry.state is ConfigEntryState.LOADED


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    result: ConfigFlowResult = await hass.config_entries.options.async_init(entry.entry_id)
    return result


async def answer(
    hass: HomeAssistant, form: ConfigFlowResult, given: dict[str, Any]
) -> ConfigFlowResult:
    result: ConfigFlowResult = await hass.config_entries.options.async_configure(
        form["flow_id"], given
    )
    return result


def fields(schema: vol.Schema) -> dict[str, Any]:
    """Return what a form suggests, by its fields; sections are in their own objects."""
    found: dict[str, Any] = {}
    for marker, value in schema.schema.items():
        if isinstance(value, section):
            found[marker.schema] = fields(value.schema)
        elif isinstance(marker, vol.Required):
            found[marker.schema] = marker.default()
        else:
            found[marker.schema] = (marker.description or {}).get("suggested_value")
    return found


def options(schema: vol.Schema, field: str) -> list[str]:
    """Return what is on offer for a field."""
    return [each["value"] for each in schema.schema[field].config["options"]]


async def test_what_is_usually_right_is_suggested(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    form = await begin(hass, entry)
    assert fields(form["data_schema"]) == SENSORS
    labels = [o["label"] for o in form["data_schema"].schema["spotter"].config["options"]]
    assert labels == ["Gate", "Driveway"]
    details = await answer(hass, form, SENSORS)
    assert details["step_id"] == "details"
    assert fields(details["data_schema"]) == {
        "trigger": "motion",
        "cool_down": 5,
        "time_out": 15,
        "preparation": {
            "light": "unchanged",
            "shutter": "unchanged",
            "image_profile": "unchanged",
            "zoom": None,
        },
        "keeping": KEEPING,
    }
    assert options(details["data_schema"], "trigger") == ["motion", "region_0", "region_1"]


async def test_pairing_is_kept_and_takes_effect_at_once(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    assert entry.supports_options
    details = await answer(hass, await begin(hass, entry), SENSORS)
    result = await answer(hass, details, DETAILS)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {
        "spotter": {
            "spotter": 1,
            "identifier": 0,
            "trigger": "region_0",
            "trigger_name": "Drive",
            "cool_down": 5,
            "time_out": 15,
            "light": "infrared",
            "shutter": "1/1000",
            "zoom": 40,
            **KEEPING,
        }
    }
    await until(lambda: is_loaded(entry) and entry.runtime_data.spotter)
    assert hass.states.get("event.housing_capture")
    details = await answer(hass, await begin(hass, entry), SENSORS)
    assert fields(details["data_schema"]) == DETAILS


async def test_pairing_is_given_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    details = await answer(hass, await begin(hass, entry), SENSORS)
    await answer(hass, details, DETAILS)
    await until(lambda: is_loaded(entry) and entry.runtime_data.spotter)
    result = await answer(hass, await begin(hass, entry), SENSORS | {"enabled": False})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {}
    await until(lambda: is_loaded(entry) and entry.runtime_data.spotter is None)
    assert hass.states.get("event.housing_capture") is None


async def test_same_sensor_twice_is_refused(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    form = await answer(hass, await begin(hass, entry), SENSORS | {"spotter": "0"})
    assert form["errors"] == {"identifier": "same_sensor"}
    assert (await answer(hass, form, SENSORS))["step_id"] == "details"


async def test_form_shows_only_what_the_sensors_can_do(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    swapped = {"enabled": True, "spotter": "0", "identifier": "1"}
    details = await answer(hass, await begin(hass, entry), swapped)
    schema = details["data_schema"]
    assert options(schema, "trigger") == ["motion", "rule_4", "rule_5"]
    preparation = schema.schema["preparation"].schema
    assert set(fields(preparation)) == {"light", "shutter", "image_profile"}
    assert options(preparation, "light") == ["unchanged", "warm_light"]


@pytest.mark.parametrize(
    "change",
    [
        {"trigger": "rule_99"},
        {"time_out": 0},
        {"keeping": KEEPING | {"keep_count": 0}},
        {"preparation": PREPARATION | {"light": "laser"}},
        {"preparation": PREPARATION | {"zoom": 101}},
    ],
)
async def test_nonsense_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, change: dict[str, Any]
) -> None:
    details = await answer(hass, await begin(hass, entry), SENSORS)
    with pytest.raises(InvalidData):
        await answer(hass, details, DETAILS | change)
    assert entry.options == {}


async def test_camera_with_one_sensor_has_nothing_to_choose(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with VirtualCamera("single_infrared") as camera:
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert not entry.supports_options
        assert (await begin(hass, entry))["reason"] == "one_sensor"
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_is_away_cannot_be_asked(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await begin(hass, entry))["reason"] == "not_loaded"


async def test_camera_that_goes_away_while_the_form_is_open_cannot_be_asked(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    details = await answer(hass, await begin(hass, entry), SENSORS)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await answer(hass, details, DETAILS))["reason"] == "not_loaded"
    assert entry.options == {}


async def test_rule_without_a_name_can_be_told_from_others(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    name = "VideoAnalyseRule[0][4].Name"
    camera.machine.store.replace(name, {name: ""})
    await entry.runtime_data.coordinator.async_refresh()
    swapped = {"enabled": True, "spotter": "0", "identifier": "1"}
    details = await answer(hass, await begin(hass, entry), swapped)
    triggers = details["data_schema"].schema["trigger"].config["options"]
    assert {"value": "rule_4", "label": "CrossLineDetection 4"} in triggers


async def test_sensor_that_detects_nothing_cannot_spot(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.machine.store.replace("MotionDetect[1]", {})
    await entry.runtime_data.coordinator.async_refresh()
    result = await answer(hass, await begin(hass, entry), SENSORS)
    assert result["reason"] == "nothing_to_spot"


async def test_trigger_that_is_gone_is_exchanged_by_the_owner_only(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    details = await answer(hass, await begin(hass, entry), SENSORS)
    await answer(hass, details, DETAILS)
    await until(lambda: is_loaded(entry) and entry.runtime_data.spotter)
    camera.machine.store.replace("MotionDetect[1].MotionDetectWindow[0]", {})
    await entry.runtime_data.coordinator.async_refresh()
    details = await answer(hass, await begin(hass, entry), SENSORS)
    assert details["data_schema"]
    assert "region_0" not in options(details["data_schema"], "trigger")
    unchosen = {key: value for key, value in DETAILS.items() if key != "trigger"}
    with pytest.raises(InvalidData):
        await answer(hass, details, unchosen)
    assert entry.options["spotter"]["trigger"] == "region_0"
    await answer(hass, details, unchosen | {"trigger": "motion"})
    assert entry.options["spotter"]["trigger"] == "motion"


async def test_every_field_is_named_and_explained(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    form = await begin(hass, entry)
    for result in (form, await answer(hass, form, SENSORS)):
        step = STRINGS["options"]["step"][result["step_id"]]
        assert result["data_schema"]
        named: set[str] = set()
        for marker, value in result["data_schema"].schema.items():
            if isinstance(value, section):
                texts = step["sections"][marker.schema]
                names = {each.schema for each in value.schema.schema}
                assert names == texts["data"].keys() == texts["data_description"].keys()
            else:
                named.add(marker.schema)
        assert named == step["data"].keys() == step["data_description"].keys()
        assert not placeholders(step["description"])
