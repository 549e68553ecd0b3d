"""The watch for secrets hears them wherever they could be told."""

import logging

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.errors import CannotConnectError
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.secrets import LOGIN_SECRETS, SecretsWatch
from tests.virtual_camera import VirtualCamera

PLATE = "XY 777 Z"


@pytest.fixture(autouse=True)
def _secrets_stay_secret() -> None:
    """Let them be told here, where telling them is the test."""


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> SecretsWatch:
    listening = SecretsWatch()
    listening.listen(monkeypatch)
    return listening


@pytest.mark.parametrize("secret", LOGIN_SECRETS)
async def test_login_in_a_state(hass: HomeAssistant, watch: SecretsWatch, secret: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        watch.follow(hass, patch)
        hass.states.async_set("sensor.leak", "on", {"source": f"see {secret}"})
        await hass.async_block_till_done()
    assert watch.told


@pytest.mark.parametrize("secret", LOGIN_SECRETS)
def test_login_in_the_log(watch: SecretsWatch, secret: str) -> None:
    watch.read_log([logging.makeLogRecord({"name": "aiohttp", "msg": f"GET {secret}"})])
    assert watch.told


async def test_plate_in_the_log(watch: SecretsWatch, camera: VirtualCamera) -> None:
    await camera.emit("TrafficJunction", "Pulse", 0, {"TrafficCar": {"PlateNumber": PLATE}})
    record = {"name": "custom_components.dahua_camera", "msg": f"read {PLATE}"}
    watch.read_log([logging.makeLogRecord(record)])
    assert watch.told


def test_login_in_an_error(watch: SecretsWatch) -> None:
    CannotConnectError(f"nothing at {LOGIN_SECRETS[0]}")
    watch.read_errors()
    assert watch.told


async def test_login_in_an_issue(hass: HomeAssistant, watch: SecretsWatch) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        "leak",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="light_ignored",
        translation_placeholders={"name": LOGIN_SECRETS[0]},
    )
    watch.read_issues(hass)
    assert watch.told
    ir.async_delete_issue(hass, DOMAIN, "leak")


async def test_plate_in_the_diagnostics(
    hass: HomeAssistant,
    watch: SecretsWatch,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def leaky(*_: object) -> dict[str, str]:
        return {"plate": PLATE}

    with monkeypatch.context() as patch:
        patch.setattr("tests.integration.secrets.async_get_config_entry_diagnostics", leaky)
        watch.follow(hass, patch)
        await camera.emit("TrafficJunction", "Pulse", 0, {"TrafficCar": {"PlateNumber": PLATE}})
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert watch.told
