"""The integration's entities as Home Assistant registered them."""

from dataclasses import dataclass
import re
from typing import Any

from .api import Api

_PLATFORM = "dahua_camera"
_UNIQUE_ID = re.compile(r"(?P<serial>[^_]+)(?:_(?P<channel>\d+))?_(?P<key>[a-z].*)")


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: which camera, which channel (from 0; None for the housing), which key."""

    entity_id: str
    serial: str
    channel: int | None
    key: str
    name: str
    device: str
    category: str | None

    @property
    def domain(self) -> str:
        """The kind of entity."""
        return self.entity_id.partition(".")[0]

    @property
    def is_setting(self) -> bool:
        """Tell whether it is set once and seldom touched."""
        return self.category == "config"

    @property
    def is_detection(self) -> bool:
        """Tell whether it says what a sensor sees, rather than how the sensor is."""
        is_of_sensor = self.channel is not None and self.category is None
        return self.domain == "binary_sensor" and is_of_sensor


@dataclass(frozen=True, slots=True)
class Entities:
    """All entities that are switched on."""

    all: tuple[Entity, ...]

    def find(self, domain: str, key: str, channel: int | None = None) -> Entity | None:
        """Return the first entity of a kind, with a key, of a channel."""
        for entity in self.all:
            if (entity.domain, entity.key, entity.channel) == (domain, key, channel):
                return entity
        return None

    def of(self, serial: str, channel: int | None) -> tuple[Entity, ...]:
        """Return the entities of a channel of a camera."""
        return tuple(e for e in self.all if (e.serial, e.channel) == (serial, channel))

    @property
    def places(self) -> list[tuple[str, int]]:
        """Every serial number with each of its channels, in order."""
        return sorted({(e.serial, e.channel) for e in self.all if e.channel is not None})


async def registered(api: Api) -> Entities:
    """Read the registries."""
    async with api.websocket() as commands:
        entries = await commands.send("config/entity_registry/list")
        devices = {d["id"]: d for d in await commands.send("config/device_registry/list")}
    states = {state["entity_id"]: state for state in await api.request("GET", "/api/states")}
    found = [
        _entity(entry, devices.get(entry["device_id"], {}), states.get(entry["entity_id"], {}))
        for entry in entries
        if entry["platform"] == _PLATFORM and entry["disabled_by"] is None
    ]
    return Entities(tuple(entity for entity in found if entity))


def _entity(entry: dict[str, Any], device: dict[str, Any], state: dict[str, Any]) -> Entity | None:
    match = _UNIQUE_ID.fullmatch(entry["unique_id"])
    if match is None:
        return None
    device_name = device.get("name_by_user") or device.get("name") or ""
    friendly = state.get("attributes", {}).get("friendly_name", entry["entity_id"])
    return Entity(
        entity_id=entry["entity_id"],
        serial=match["serial"],
        channel=None if match["channel"] is None else int(match["channel"]),
        key=match["key"],
        name=friendly.removeprefix(device_name).strip() or device_name,
        device=device_name,
        category=entry["entity_category"],
    )
