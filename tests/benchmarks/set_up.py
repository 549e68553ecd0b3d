"""Set-up: what it takes from nothing to all entities, in a real Home Assistant."""

import asyncio
from statistics import median
from time import perf_counter
from typing import Any

from tests.demo.api import until

from .bare import bare_client
from .household import Household
from .measure import Aim, Row

SUBJECT = "set-up"
_TIMES = 5
_STREAM_SECONDS = 20.0
# What the camera is asked once its events are followed: what is going on already.
_RESYNCHRONISING = "getEventIndexes"


async def measure(home: Household) -> list[Row]:
    """Count what adding the camera took, load its entry several times; return the rows."""
    added = await _asked(home)
    seconds, bare_seconds = [], []
    asked: list[dict[str, Any]] = []
    for _ in range(_TIMES):
        taken, asked = await _reload(home)
        seconds.append(taken)
        bare_seconds.append(await _ask_bare(home, [r["target"] for r in asked]))
    dialogs = f"{SUBJECT} by the dialogs, from nothing"
    refused = [request for request in asked if request["status"] not in {200, None}]
    unauthorised = [request for request in refused if request["status"] == 401]
    bare = "the same requests by aiohttp alone, one by one"
    return [
        Row(dialogs, "requests", len(added), "requests", aim=Aim(12)),
        Row(
            dialogs,
            "unauthorised answers",
            sum(request["status"] == 401 for request in added),
            "requests",
            aim=Aim(1),
        ),
        Row(SUBJECT, "requests", len(asked), "requests", aim=Aim(12)),
        Row(SUBJECT, "unauthorised answers", len(unauthorised), "requests", aim=Aim(1)),
        Row(
            SUBJECT, "questions that it does not know", len(refused) - len(unauthorised), "requests"
        ),
        Row(SUBJECT, "entities", len(home.entities.all), "entities"),
        Row(SUBJECT, "time", median(seconds) * 1e3, "ms", bare, median(bare_seconds) * 1e3),
    ]


async def _reload(home: Household) -> tuple[float, list[dict[str, Any]]]:
    """Load the entry anew; return how long that took, and what the camera was asked for it."""
    entry_id = await _entry_id(home)
    await asyncio.sleep(1.0)
    await home.cameras.requests(0)
    start = perf_counter()
    await home.api.request("POST", f"/api/config/config_entries/entry/{entry_id}/reload")
    return perf_counter() - start, await _asked(home)


async def _asked(home: Household) -> list[dict[str, Any]]:
    """Return what the camera was asked since this was last called, its events being followed."""

    async def is_followed() -> bool:
        state = await home.camera.request("GET", "/state")
        return bool(state["connections_by_kind"]["event_stream"])

    await until(is_followed, _STREAM_SECONDS, "the event stream is followed")
    asked = await home.cameras.requests(0)
    return [each for each in asked if _RESYNCHRONISING not in each["target"]]


async def _entry_id(home: Household) -> str:
    async with home.api.websocket() as commands:
        entries = await commands.send("config_entries/get", domain="dahua_camera")
    return str(entries[0]["entry_id"])


async def _ask_bare(home: Household, targets: list[str]) -> float:
    """Return how long the same requests take without anything else; a stream has no end."""
    async with bare_client(home.camera.account) as client:
        start = perf_counter()
        await client.get_all(target for target in targets if "action=attach" not in target)
        return perf_counter() - start
