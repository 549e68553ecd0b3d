"""Client for Dahua network cameras: asyncio and aiohttp, nothing of Home Assistant."""
