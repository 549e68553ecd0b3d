"""Random campaigns: whatever befalls events, stream and camera, no detection sticks or is lost.

A campaign draws its steps from a seed. `CAMPAIGN_RUNS=300 scripts/test -k campaign` plays more
of them, `CAMPAIGN_SEED=17` plays a single one again.
"""

import logging
import os
from random import Random

import pytest

from custom_components.dahua_camera.dahua import detections
from homeassistant.core import HomeAssistant
from tests.integration.campaign import Campaign
from tests.integration.helpers import entry_for, until
from tests.integration.hurry import hurry
from tests.virtual_camera import VirtualCamera

_STEPS = 45


def _seeds() -> list[int]:
    if seed := os.environ.get("CAMPAIGN_SEED"):
        return [int(seed)]
    if runs := os.environ.get("CAMPAIGN_RUNS"):
        return list(range(int(runs)))
    return [5, 12]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, camera: VirtualCamera) -> None:
    """Shorten all times, in proportion, and spare the host the painting of stills."""
    monkeypatch.setattr(detections, "PULSE_HOLD", 0.25)
    hurry(monkeypatch, camera)


@pytest.mark.parametrize("seed", _seeds())
@pytest.mark.parametrize("patience", [detections.VERIFY_AFTER, 0.4])
async def test_nothing_sticks_and_nothing_is_lost(
    hass: HomeAssistant,
    camera: VirtualCamera,
    hurried: None,
    all_entities_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    seed: int,
    patience: float,
) -> None:
    """Verified only after long, a detection has to be right by what is heard alone.

    Verified soon, even events that vanish from a healthy stream leave nothing behind.
    """
    monkeypatch.setattr(detections, "VERIFY_AFTER", patience)
    fence = {"Class": "Normal", "Enable": "true", "Id": "6", "Name": "Fence"}
    for key, value in (fence | {"Type": "CrossLineDetection"}).items():
        camera.machine.store.put(f"VideoAnalyseRule[0][6].{key}", value)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    campaign = Campaign(hass, camera, entry, Random(seed), loses_events=patience < 1)
    for _ in range(_STEPS):
        await campaign.step()
    await campaign.settle()
    assert await hass.config_entries.async_unload(entry.entry_id)
    serious = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert not [r for r in serious if r.exc_info or r.levelno >= logging.ERROR], campaign.history
