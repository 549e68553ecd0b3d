"""Automations as owners make them, in the running demo: each fires every time, and does its work.

They are stored by the interface that Home Assistant's own editor uses. No browser is needed, but
a whole Home Assistant and some minutes.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
import re
from time import perf_counter
from typing import Any

import aiohttp
import pytest

from tests.browser.demo import DRIVEWAY, GATE, Demo, running_demo, until
from tests.demo.api import Api
from tests.demo.entities import Entities

SCENARIOS = ("person_crosses",) * 34 + ("car_passes",) * 33 + ("motion_wide",) * 33
SPEED = 12.0

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """The demo is a process of its own, which ends with the test."""


@dataclass
class Observed:
    """The running demo, its entities, and how often which automation has fired."""

    demo: Demo
    entities: Entities
    fired: Counter[str] = field(default_factory=Counter)

    def named(self, domain: str, key: str, channel: int) -> str:
        """Return the id of an entity that must exist."""
        entity = self.entities.find(domain, key, channel)
        assert entity, f"there is no {domain} {key}"
        return entity.entity_id

    async def play(self, scenario: str) -> None:
        """Let somebody pass by; returns when all that this set off has ended."""
        await self.demo.play(scenario, speed=SPEED, wait=True)

    async def is_lit(self, channel: int) -> bool:
        """Tell whether a sensor's warm LEDs burn, as the camera itself knows."""
        return bool((await self.demo.leds(channel))["warm"])

    @property
    def api(self) -> Api:
        """Access to Home Assistant."""
        return self.demo.api

    async def notification(self) -> dict[str, Any] | None:
        """Return what the owner was told of the last plate."""
        async with self.api.websocket() as commands:
            told = await commands.send("persistent_notification/get")
        return next((each for each in told if each["notification_id"] == "plate"), None)


@asynccontextmanager
async def observed_demo() -> AsyncIterator[Observed]:
    """Run the demo and count the automations that fire in it."""
    async with running_demo() as demo:
        observed = Observed(demo, await demo.entities())
        api = demo.api
        async with api.session.ws_connect(f"{api.url}/api/websocket") as socket:
            listening = asyncio.create_task(_count_fired(socket, api.token, observed.fired))
            yield observed
            listening.cancel()


async def _count_fired(
    socket: aiohttp.ClientWebSocketResponse, token: str, fired: Counter[str]
) -> None:
    await socket.receive_json()
    await socket.send_json({"type": "auth", "access_token": token})
    subscription = {"id": 1, "type": "subscribe_events", "event_type": "automation_triggered"}
    await socket.send_json(subscription)
    async for message in socket:
        if event := message.json().get("event"):
            fired[event["data"]["name"]] += 1


def automations(demo: Observed) -> dict[str, dict[str, Any]]:
    """Return what an owner's editor would store, by its number."""
    seen, read = demo.named("event", "detection", GATE), demo.named("event", "plate", GATE)
    picture = demo.named("image", "last_detection", GATE)

    def is_attribute(name: str, value: str) -> dict[str, str]:
        return {"condition": "state", "entity_id": seen, "attribute": name, "state": value}

    def illuminate(channel: int, seconds: int) -> dict[str, Any]:
        return {
            "action": "dahua_camera.illuminate",
            "target": {"entity_id": demo.named("camera", "main", channel)},
            "data": {"light": "warm_light", "brightness": 80, "duration": {"seconds": seconds}},
        }

    return {
        "1700000000001": {
            "alias": "Light for whoever crosses the line",
            "triggers": [{"trigger": "state", "entity_id": seen}],
            "conditions": [
                is_attribute("event_type", "line_crossed"),
                is_attribute("object_type", "person"),
            ],
            "actions": [illuminate(GATE, 30)],
            "mode": "single",
        },
        "1700000000002": {
            "alias": "Tell of plates",
            "triggers": [{"trigger": "state", "entity_id": read}],
            "conditions": [],
            "actions": [
                {
                    "wait_for_trigger": [{"trigger": "state", "entity_id": picture}],
                    "timeout": {"seconds": 10},
                },
                {
                    "action": "persistent_notification.create",
                    "data": {
                        "notification_id": "plate",
                        "title": "{{ trigger.to_state.attributes.plate }}",
                        "message": f"![still]({{{{ state_attr('{picture}', 'entity_picture') }}}})",
                    },
                },
            ],
            "mode": "queued",
        },
        "1700000000003": {
            "alias": "Light the drive",
            "triggers": [
                {
                    "trigger": "state",
                    "entity_id": demo.named("binary_sensor", "region_0", DRIVEWAY),
                    "to": "on",
                }
            ],
            "conditions": [],
            "actions": [illuminate(DRIVEWAY, 2)],
            "mode": "single",
        },
    }


CROSSES, PLATE, REGION = (
    "Light for whoever crosses the line",
    "Tell of plates",
    "Light the drive",
)
# Which automation each passer-by has to set off exactly once.
EXPECTED = {"person_crosses": CROSSES, "car_passes": PLATE, "motion_wide": REGION}


async def test_every_passer_by_sets_off_what_the_owner_wants() -> None:
    async with observed_demo() as demo:
        for number, automation in automations(demo).items():
            await demo.api.request("POST", f"/api/config/automation/config/{number}", automation)

        async def are_on() -> bool:
            states = await demo.api.request("GET", "/api/states")
            ours = [s for s in states if s["entity_id"].startswith("automation.")]
            return len(ours) == 3 and all(s["state"] == "on" for s in ours)

        await until(are_on)
        scenarios = list(SCENARIOS)
        Random(1).shuffle(scenarios)
        expected: Counter[str] = Counter()
        start = perf_counter()
        for number, scenario in enumerate(scenarios):
            wanted = EXPECTED[scenario]
            expected[wanted] += 1
            await demo.play(scenario)

            async def has_fired(name: str = wanted) -> bool:
                return demo.fired[name] >= expected[name]

            try:
                await until(has_fired, seconds=10)
            except TimeoutError:
                pytest.fail(f"{number}: {scenario} after {demo.fired}")
            if scenario == "person_crosses":
                await until(lambda: demo.is_lit(GATE))
            if scenario == "motion_wide":
                await until(lambda: demo.is_lit(DRIVEWAY))
            # Whoever else sets it off does so besides.
            expected[REGION] = demo.fired[REGION]
        print(f"{len(scenarios)} passers-by in {perf_counter() - start:.0f} s: {demo.fired}")
        assert demo.fired[CROSSES] == expected[CROSSES]
        assert demo.fired[PLATE] == expected[PLATE]

        await until(demo.notification)
        told = await demo.notification()
        assert told
        assert told["title"] == "AB123CD"
        address = re.search(r"\((/api/image_proxy/[^)]+)\)", told["message"])
        assert address, told["message"]
        assert (await demo.api.fetch(address[1])).startswith(b"\xff\xd8")

        async def is_dark_again() -> bool:
            return not (await demo.is_lit(GATE) or await demo.is_lit(DRIVEWAY))

        await until(is_dark_again, seconds=45)
