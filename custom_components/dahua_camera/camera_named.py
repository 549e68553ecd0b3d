"""Entities that take their names from the camera."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from .dahua.state import Rule
from .entity import DahuaChannelEntity


class CameraNamedEntity(DahuaChannelEntity):
    """An entity that takes its name from the camera, and follows when that changes."""

    def name_on_camera(self) -> str | None:
        """Return the name as it was last read; None for what is no longer there."""
        raise NotImplementedError

    @callback
    def take_name(self) -> None:
        """Take the name over."""
        self._attr_name = self.name_on_camera() or self._attr_name

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        before = self._attr_name
        self.take_name()
        if self._attr_name != before:
            registry = er.async_get(self.hass)
            registry.async_update_entity(self.entity_id, original_name=self._attr_name)
        super()._handle_coordinator_update()


class RuleNamedEntity(CameraNamedEntity):
    """An entity of one IVS rule."""

    rule_id: int

    @callback
    def name_after(self, rule_id: int) -> None:
        """Belong to a rule, which is found by its number."""
        self.rule_id = rule_id
        self._attr_name = None
        self.take_name()

    @property
    def rule(self) -> Rule | None:
        """The rule as it was last read."""
        return self.channel.rule(self.rule_id)

    @override
    def name_on_camera(self) -> str | None:
        rule = self.rule
        return rule.title if rule else None
