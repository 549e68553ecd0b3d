"""The blueprints that come with the integration, each made into an automation that runs."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
import shutil
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    async_mock_service,
    mock_integration,
    mock_platform,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import voluptuous as vol

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
    template,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util, yaml as yaml_util
from tests.integration.helpers import entity_id, entry_for, until
from tests.integration.source import INTEGRATION, ROOT, load_json
from tests.virtual_camera import VirtualCamera

FOLDER = INTEGRATION / "blueprints" / "automation"
BLUEPRINTS = sorted(path.name for path in FOLDER.iterdir())
CAPTURED_AT = datetime.fromisoformat("2026-11-22T13:03:12+00:00")
CAPTURE_ID = "20261122T130305000000-9f3c"
CAR = {
    "id": CAPTURE_ID,
    "plate": "AB 123 CD",
    "color": "red",
    "direction": "left_to_right",
    "speed": 38,
}


@pytest.fixture
async def automate(hass: HomeAssistant, tmp_path: Path) -> Callable[..., Any]:
    """Make an automation of a blueprint, as an owner does who has imported it."""
    hass.config.config_dir = str(tmp_path)
    await hass.config.async_set_time_zone("Europe/Berlin")
    shutil.copytree(FOLDER, tmp_path / "blueprints" / "automation" / DOMAIN)

    async def make(name: str, **inputs: Any) -> None:
        use = {"path": f"{DOMAIN}/{name}", "input": inputs}
        config = {"automation": {"alias": "made", "id": "made", "use_blueprint": use}}
        assert await async_setup_component(hass, "automation", config)
        await hass.async_block_till_done()
        state = hass.states.get("automation.made")
        assert state
        assert state.state == "on"

    return make


@pytest.fixture
def capture_event(hass: HomeAssistant) -> str:
    """The event of captures, as Home Assistant shows it before there was any."""
    entry = MockConfigEntry(domain=DOMAIN, entry_id="gate")
    entry.add_to_hass(hass)
    entity = er.async_get(hass).async_get_or_create(
        "event", DOMAIN, "serial_capture", config_entry=entry
    )
    hass.states.async_set(entity.entity_id, "unknown")
    return entity.entity_id


async def capture(
    hass: HomeAssistant, event: str, event_type: str, number: int = 0, **facts: Any
) -> None:
    """Show a capture; numbers tell captures of the same second apart."""
    moment = CAPTURED_AT.replace(microsecond=1000 * number)
    state = moment.isoformat(timespec="milliseconds")
    hass.states.async_set(event, state, {"event_type": event_type, **facts})
    await hass.async_block_till_done()


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_blueprint_is_valid_and_explains_itself(name: str) -> None:
    content = yaml_util.load_yaml_dict(FOLDER / name)
    blueprint = Blueprint(
        content, expected_domain="automation", path=name, schema=AUTOMATION_BLUEPRINT_SCHEMA
    )
    assert blueprint.validate() is None
    assert blueprint.metadata["description"]
    link = load_json(INTEGRATION / "manifest.json")["documentation"]
    place = (FOLDER / name).relative_to(ROOT)
    assert blueprint.metadata["source_url"] == f"{link}/blob/main/{place}"
    floor = load_json(ROOT / "hacs.json")["homeassistant"]
    assert blueprint.metadata["homeassistant"]["min_version"] == floor
    for label, each in blueprint.inputs.items():
        assert each["name"], label
        assert each["selector"], label


async def test_home_assistant_finds_all_of_them(
    hass: HomeAssistant, automate: Callable[..., Any]
) -> None:
    assert await async_setup_component(hass, "automation", {})
    found = await async_get_blueprints(hass).async_get_blueprints()
    assert found.keys() == {f"{DOMAIN}/{name}" for name in BLUEPRINTS}
    assert all(isinstance(each, Blueprint) for each in found.values())


@pytest.fixture
def phone(hass: HomeAssistant) -> SimpleNamespace:
    """A telephone with the app; `received` is what it was sent."""
    received: list[dict[str, Any]] = []

    async def notify(
        _: HomeAssistant, config: dict[str, Any], variables: dict[str, Any], __: Any
    ) -> None:
        received.append(
            {
                key: template.render_complex(config[key], variables)
                for key in ("title", "message", "data")
            }
        )

    # The actions of the app's devices, without the push service behind them.
    schema = cv.DEVICE_ACTION_BASE_SCHEMA.extend(
        {
            vol.Required("type"): "notify",
            vol.Required("message"): cv.template,
            vol.Optional("title"): cv.template,
            vol.Optional("data"): cv.template_complex,
        }
    )
    mock_integration(hass, MockModule("mobile_app"))
    mock_platform(
        hass,
        "mobile_app.device_action",
        SimpleNamespace(ACTION_SCHEMA=schema, async_call_action_from_config=notify),
    )
    entry = MockConfigEntry(domain="mobile_app", state=ConfigEntryState.LOADED)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("mobile_app", "phone")}
    )
    return SimpleNamespace(received=received, id=device.id)


async def test_phone_gets_each_capture_with_its_picture(
    hass: HomeAssistant,
    automate: Callable[..., Any],
    capture_event: str,
    phone: SimpleNamespace,
) -> None:
    await automate("notify_of_capture.yaml", capture=capture_event, phone=phone.id)
    await capture(hass, capture_event, "plate", **CAR)
    await capture(hass, capture_event, "unidentified", 1, id="20261122T130312000001-0a1b")
    first, second = phone.received
    assert first == {
        "title": "AB 123 CD",
        "message": "14:03:12 · red · left to right · 38 km/h",
        "data": {
            "image": f"/api/{DOMAIN}/captures/gate/{CAPTURE_ID}/composed",
            "group": "dahua_camera_captures",
        },
    }
    assert second["title"] == "Unidentified"
    assert second["message"] == "14:03:12"
    assert second["data"]["image"].endswith("/gate/20261122T130312000001-0a1b/composed")


async def test_phone_gets_only_what_the_owner_wants(
    hass: HomeAssistant,
    automate: Callable[..., Any],
    capture_event: str,
    phone: SimpleNamespace,
) -> None:
    await automate(
        "notify_of_capture.yaml", capture=capture_event, phone=phone.id, types=["plate", "face"]
    )
    for number, kind in enumerate(("unidentified", "vehicle", "face", "person")):
        await capture(hass, capture_event, kind, number, id=CAPTURE_ID)
    assert [each["title"] for each in phone.received] == ["Face"]


async def test_a_capture_that_is_shown_again_is_told_once(
    hass: HomeAssistant,
    automate: Callable[..., Any],
    capture_event: str,
    phone: SimpleNamespace,
) -> None:
    async def show(state: str, **facts: Any) -> int:
        hass.states.async_set(capture_event, state, facts)
        await hass.async_block_till_done()
        return len(phone.received)

    await automate("notify_of_capture.yaml", capture=capture_event, phone=phone.id)
    yesterday = (dt_util.utcnow() - timedelta(days=1)).isoformat()
    assert await show("unavailable") == 0
    assert await show(yesterday, event_type="person") == 0
    first = dt_util.utcnow().isoformat()
    assert await show(first, event_type="plate", **CAR) == 1
    for _ in range(2):
        assert await show("unavailable") == 1
        assert await show(first, event_type="plate", **CAR) == 1
    # Somebody passed by while the connection was lost.
    assert await show("unavailable") == 1
    assert await show(dt_util.utcnow().isoformat(), event_type="person", id=CAPTURE_ID) == 2
    assert [each["title"] for each in phone.received] == ["AB 123 CD", "Person"]


async def test_phone_is_sent_where_the_picture_of_a_real_capture_is(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    camera: VirtualCamera,
    automate: Callable[..., Any],
    phone: SimpleNamespace,
    tmp_path: Path,
) -> None:
    hass.config.media_dirs = {"local": str(tmp_path)}
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    options = {"spotter": {"spotter": 1, "identifier": 0, "time_out": 6}}
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_setup(entry.entry_id)
    event = entity_id(hass, "event", f"{camera.serial}_capture")
    await automate("notify_of_capture.yaml", capture=event, phone=phone.id)
    await until(lambda: entry.runtime_data.detections.available)
    camera.background(camera.scenario("car_leaves", speed=2))
    await until(lambda: phone.received, 60)
    [told] = phone.received
    assert told["title"] == "HHXY904"
    response = await (await hass_client()).get(told["data"]["image"])
    assert response.status == HTTPStatus.OK
    assert (await response.read()).startswith(b"\xff\xd8")
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def items(hass: HomeAssistant) -> list[ServiceCall]:
    """What was added to to-do lists."""
    return async_mock_service(hass, "todo", "add_item")


async def test_plates_are_listed(
    hass: HomeAssistant,
    automate: Callable[..., Any],
    capture_event: str,
    items: list[ServiceCall],
) -> None:
    await automate("list_plates.yaml", capture=capture_event, list="todo.plates")
    await capture(hass, capture_event, "plate", **CAR)
    await capture(hass, capture_event, "unidentified", 1, id=CAPTURE_ID)
    await capture(hass, capture_event, "plate", 2, plate="123456")
    assert [each.data for each in items] == [
        {
            "entity_id": ["todo.plates"],
            "item": "AB 123 CD · 2026-11-22 14:03:12 · red · left to right · 38 km/h",
        },
        {"entity_id": ["todo.plates"], "item": "123456 · 2026-11-22 14:03:12"},
    ]


async def test_known_plates_are_left_out(
    hass: HomeAssistant,
    automate: Callable[..., Any],
    capture_event: str,
    items: list[ServiceCall],
) -> None:
    await automate(
        "list_plates.yaml",
        capture=capture_event,
        list="todo.plates",
        known=["ab-123 cd", "京A·12345", "4711"],
    )
    for number, plate in enumerate(("AB 123 CD", "京A12345", "4711", "AB 123 CE")):
        await capture(hass, capture_event, "plate", number, plate=plate)
    assert [each.data["item"].partition(" · ")[0] for each in items] == ["AB 123 CE"]


async def test_lamp_burns_while_something_moves_at_night(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    automate: Callable[..., Any],
) -> None:
    inputs = {
        "spot": entity_id(hass, "binary_sensor", f"{camera.serial}_1_motion"),
        "sensor": entity_id(hass, "camera", f"{camera.serial}_1_main"),
        "brightness": 70,
        "seconds": 3,
    }
    hass.states.async_set("sun.sun", "above_horizon")
    await automate("light_up_on_spot.yaml", **inputs)
    await camera.emit("VideoMotion", "Start", 1, {})
    spot = inputs["spot"]
    await until(lambda: hass.states.is_state(spot, "on"))
    await camera.emit("VideoMotion", "Stop", 1, {})
    await until(lambda: hass.states.is_state(spot, "off"))
    assert camera.channels[1].leds["warm"] == 0
    hass.states.async_set("sun.sun", "below_horizon")
    await camera.emit("VideoMotion", "Start", 1, {})
    await until(lambda: camera.channels[1].leds["warm"] == 70)
    # Longer than one call lights: as long as it moves, the light is extended.
    async with asyncio.timeout(20):
        lit_since = hass.loop.time()
        while hass.loop.time() < lit_since + 4.5:
            assert camera.channels[1].leds["warm"] == 70
            await asyncio.sleep(0.05)
    await camera.emit("VideoMotion", "Stop", 1, {})
    await until(lambda: hass.states.is_state(spot, "off"))
    await until(lambda: camera.channels[1].leds["warm"] == 0)


@pytest.mark.parametrize("trouble", ["moves again", "fails"])
async def test_lamp_is_not_given_up_while_something_moves(
    hass: HomeAssistant, automate: Callable[..., Any], trouble: str
) -> None:
    spot, calls = "binary_sensor.spot", 0

    async def illuminate(call: ServiceCall) -> None:
        nonlocal calls
        calls += 1
        if calls == 2 and trouble == "moves again":
            hass.states.async_set(spot, "on")
        if calls == 2 and trouble == "fails":
            raise HomeAssistantError("The camera is busy")

    hass.services.async_register(DOMAIN, "illuminate", illuminate)
    hass.states.async_set("sun.sun", "below_horizon")
    hass.states.async_set(spot, "off")
    await automate("light_up_on_spot.yaml", spot=spot, sensor="camera.sensor", seconds=2)
    hass.states.async_set(spot, "on")
    await until(lambda: calls == 1)
    if trouble == "moves again":
        hass.states.async_set(spot, "off")
    await until(lambda: calls == 4)
    hass.states.async_set(spot, "off")
    await hass.async_block_till_done()
