"""A street where something happens every half minute."""

import asyncio
from collections.abc import Sequence
from itertools import cycle

import aiohttp

from .cameras import StagedCamera
from .progress import DemoError, say

FIRST_SECONDS = 12.0
PAUSE_SECONDS = 22.0
PROGRAMME = (
    "person_crosses",
    "car_passes",
    "cat_wanders",
    "person_returns",
    "bicycle_passes",
    "car_leaves",
)


async def perform(cameras: Sequence[StagedCamera]) -> None:
    """Let one after the other pass by every camera, for ever."""
    await asyncio.sleep(FIRST_SECONDS)
    for scenario in cycle(PROGRAMME):
        seconds = 0.0
        for camera in cameras:
            try:
                seconds = await camera.play(scenario)
            except (aiohttp.ClientError, DemoError) as error:
                say(f"nobody passes by: {error}")
        await asyncio.sleep(seconds + PAUSE_SECONDS)
