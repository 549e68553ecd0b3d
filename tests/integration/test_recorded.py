"""A camera that was recorded is played so well that the integration cannot tell it apart."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from tests.integration.helpers import call, entity_id, entry_for, states_from_now_on, until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.profile import PROFILES

type Document = dict[str, Any]
type Play = Callable[[str], Awaitable[VirtualCamera]]
type Entities = dict[tuple[str, str], tuple[Any, ...]]

FIXTURE = PROFILES / "recorded" / "dual_turret.json"
# What is new at every start, or a name.
PASSING = {"access_token", "entity_picture", "friendly_name", "name"}


@pytest.fixture(name="play")
async def _play(socket_enabled: None) -> AsyncIterator[Play]:
    """Start virtual cameras that stop with the test."""
    async with AsyncExitStack() as stack:

        async def play(profile: str) -> VirtualCamera:
            return await stack.enter_async_context(VirtualCamera(profile))

        yield play


async def watch(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    """Set up a camera in Home Assistant."""
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await until(lambda: entry.runtime_data.detections.available)
    return entry


async def download(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> Document:
    """Return the file that a user downloads, exactly as Home Assistant saves it."""
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_client()
    response = await client.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
    assert response.status == 200
    found = await response.json()
    assert isinstance(found, dict)
    return found


def entities_of(hass: HomeAssistant, camera: VirtualCamera) -> Entities:
    """Return what there is of a camera, by platform and unique id without the serial number."""
    found: Entities = {}
    for entity in er.async_get(hass).entities.values():
        serial, _, key = entity.unique_id.partition("_")
        if serial != camera.serial:
            continue
        state = hass.states.get(entity.entity_id)
        found[entity.domain, key] = (
            entity.disabled_by,
            entity.original_device_class,
            entity.entity_category,
            entity.translation_key,
            state and state.state,
            state and {k: v for k, v in state.attributes.items() if k not in PASSING},
        )
    return found


def differences(one: Document, other: Document) -> list[Any]:
    """Return what two downloads do not tell alike, except where the streams are."""
    one, other = one["data"], other["data"]
    told = ("camera", "answers", "several_tables_at_once", "state")
    found = [(key, one[key], other[key]) for key in told if one[key] != other[key]]
    tables = one["tables"].items() ^ other["tables"].items()
    return found + sorted(pair for pair in tables if pair[0] != "RTSP.Port")


@pytest.mark.parametrize(
    "profile",
    [
        *map(str, sorted(FIXTURE.parent.glob("*.json"))),
        "mfw7442k1",
        "mfw7442k1+profile_schedule+near_far_lights",
        "dual_turret+single_name",
        "four_sensors",
        "single_infrared",
    ],
)
async def test_a_copy_is_like_the_camera(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    all_entities_enabled: None,
    play: Play,
    tmp_path: Path,
    profile: str,
) -> None:
    original = await play(profile)
    entry = await watch(hass, original)
    before, document = entities_of(hass, original), await download(hass, hass_client, entry)
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    file = tmp_path / "config_entry-dahua_camera.json"
    file.write_text(json.dumps(document))

    copy = await play(str(file))
    entry = await watch(hass, copy)
    assert entities_of(hass, copy) == before
    assert len(before) > 5
    assert differences(document, await download(hass, hass_client, entry)) == []
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_copy_is_zoomed_where_the_camera_was(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, play: Play, tmp_path: Path
) -> None:
    original = await play("mfw7442k1")
    original.machine.lenses[0].move(zoom=0.3)
    await until(lambda: not original.machine.lenses[0].moving)
    entry = await watch(hass, original)
    file = tmp_path / "zoomed.json"
    file.write_text(json.dumps(await download(hass, hass_client, entry)))
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await play(str(file))).channels[0].zoom == pytest.approx(0.3, abs=0.01)


async def test_a_copy_reports_what_the_camera_reported(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, play: Play
) -> None:
    recorded = json.loads(FIXTURE.read_text(encoding="utf-8"))["events"]
    copy = await play(str(FIXTURE))
    entry = await watch(hass, copy)
    rule = entity_id(hass, "binary_sensor", f"{copy.serial}_0_rule_1")
    seen = states_from_now_on(hass, rule)
    await copy.scenario("recorded", speed=50)
    await until(lambda: len(list(entry.runtime_data.detections.sample.events)) == len(recorded))
    assert [state.state for state in seen] == ["on", "off"]
    document = await download(hass, hass_client, entry)
    assert sorted(document["data"]["events"], key=json.dumps) == sorted(recorded, key=json.dumps)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_copy_obeys(hass: HomeAssistant, play: Play) -> None:
    copy = await play(str(FIXTURE))
    copy.scene.darkness = 1.0
    entry = await watch(hass, copy)
    light = entity_id(hass, "switch", f"{copy.serial}_0_warm_light")
    await call(hass, "switch.turn_on", light)
    assert copy.channels[0].leds["warm"] > 0
    await call(hass, "switch.turn_off", light)
    assert copy.channels[0].leds["warm"] == 0
    assert await hass.config_entries.async_unload(entry.entry_id)
