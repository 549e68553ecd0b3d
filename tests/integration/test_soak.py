"""Weeks at a camera with all its faults: nothing shown is ever wrong, and nothing grows.

A few simulated hours are played with every run of the tests; `SOAK_DAYS=14 scripts/test -k soak`
plays two weeks, `SOAK_SEED=7` other ones.
"""

from datetime import timedelta
import logging
import os
from random import Random

import pytest

from custom_components.dahua_camera import coordinator, temporary, watch
from custom_components.dahua_camera.dahua import lock, login
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from tests.integration.helpers import entry_for, until
from tests.integration.hurry import hurry
from tests.integration.soak import MINUTES_A_DAY, Soak
from tests.integration.usage import Usage, usage
from tests.virtual_camera import VirtualCamera

_DAYS = float(os.environ.get("SOAK_DAYS", "0.1"))
_SEED = int(os.environ.get("SOAK_SEED", "1"))
_MINUTES_BETWEEN_QUIET_POINTS = 45
# Too few to tell growth from a day on which much was under way.
_FEW_DAYS = 7


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, camera: VirtualCamera) -> None:
    """Shorten all times, and poll when a minute has passed, not by the clock."""
    monkeypatch.setattr(coordinator, "POLL_INTERVAL", timedelta(days=365))
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.02)
    monkeypatch.setattr(lock, "_REST_UNTOLD", timedelta(seconds=1))
    for name, seconds in (
        ("FIRST_LOOK", 1.0),
        ("SECOND_LOOK", 0.1),
        ("WHILE_WRONG", 0.3),
        ("SELDOM", 3.0),
    ):
        monkeypatch.setattr(watch, name, timedelta(seconds=seconds))
    monkeypatch.setattr(temporary, "_TRY_AGAIN", timedelta(seconds=0.3))
    monkeypatch.setattr(temporary, "_TRY_AGAIN_WHEN_REFUSED", timedelta(seconds=1))
    hurry(monkeypatch, camera)


async def test_nothing_is_ever_wrong_and_nothing_grows(
    hass: HomeAssistant,
    camera: VirtualCamera,
    hurried: None,
    all_entities_enabled: None,
    caplog: pytest.LogCaptureFixture,
    pytestconfig: pytest.Config,
) -> None:
    caplog.set_level(logging.INFO)
    # There the camera's clock is right.
    await hass.config.async_set_time_zone("UTC")
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    soak = Soak(hass, camera, entry, Random(_SEED))
    days: list[Usage] = []
    for minute in range(1, round(_DAYS * MINUTES_A_DAY) + 1):
        await soak.minute()
        if minute % _MINUTES_BETWEEN_QUIET_POINTS == 0:
            await soak.quiet_point()
            assert not soak.wrong, soak.told()
        if minute % MINUTES_A_DAY == 0:
            assert not _unhandled(caplog)
            _let_go(camera, caplog, pytestconfig)
            days.append(usage())
            print(minute // MINUTES_A_DAY, days[-1], dict(soak.done))
    await soak.quiet_point()
    assert not soak.wrong, soak.told()
    if len(days) > _FEW_DAYS:
        # The first one fills caches. A day may hold more than another; a leak spares none.
        for subject in ("objects", "tasks", "files"):
            _, *held = (getattr(day, subject) for day in days)
            half = len(held) // 2
            assert min(held[half:]) <= max(held[:half]), (subject, days)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not _unhandled(caplog)


def _let_go(camera: VirtualCamera, caplog: pytest.LogCaptureFixture, config: pytest.Config) -> None:
    """Drop what only the test keeps: requests, calls of mocks, log records with their frames."""
    camera.requests.clear()
    for stand_in in (Store._async_load, Store._async_write_data):
        stand_in.reset_mock()
    caplog.clear()
    config.pluginmanager.getplugin("logging-plugin").report_handler.reset()


def _unhandled(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what nobody expected: exceptions with a trace, and errors of other loggers."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.exc_info and record.levelno >= logging.WARNING
    ]
