"""What the owner has chosen for two sensors that work as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from .capture_folder import KeepingLimits
from .dahua.camera import DahuaCamera
from .dahua.channel import Channel
from .dahua.detections import MOTION, region_key, rule_key
from .dahua.passage import CaptureTiming
from .dahua.state import Emitter, ImageProfile, Shutter
from .preparation import Preparation

CONF_PAIRING: Final = "spotter"

CONF_SPOTTER: Final = "spotter"
CONF_IDENTIFIER: Final = "identifier"
CONF_TRIGGER: Final = "trigger"
CONF_TRIGGER_NAME: Final = "trigger_name"
CONF_COOL_DOWN: Final = "cool_down"
CONF_TIME_OUT: Final = "time_out"
CONF_LIGHT: Final = "light"
CONF_SHUTTER: Final = "shutter"
CONF_IMAGE_PROFILE: Final = "image_profile"
CONF_ZOOM: Final = "zoom"
CONF_KEEP_DAYS: Final = "keep_days"
CONF_KEEP_COUNT: Final = "keep_count"
CONF_KEEP_MEGABYTES: Final = "keep_megabytes"

# What a form shows before the owner has chosen anything, by the key.
DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_TRIGGER: MOTION,
    CONF_COOL_DOWN: 5,
    CONF_TIME_OUT: 15,
    CONF_KEEP_DAYS: 7,
    CONF_KEEP_COUNT: 500,
    CONF_KEEP_MEGABYTES: 500,
}
UNCHANGED: Final = "unchanged"
LIGHTS: Final = {"warm_light": Emitter.WARM, "infrared": Emitter.INFRARED}

# Should the end of a capture never come, the preparation ends so long after its time-out.
_RESERVE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Which sensor spots and which identifies, what starts it, and how it is done."""

    spotter: int
    identifier: int
    trigger: str
    trigger_name: str
    """What it was called on the camera when the owner chose it."""
    timing: CaptureTiming
    preparation: Preparation
    limits: KeepingLimits

    @property
    def longest_preparation(self) -> timedelta:
        """How long the identifier stays prepared at most."""
        return timedelta(seconds=self.timing.time_out) + _RESERVE


def pairing_of(options: Mapping[str, Any], camera: DahuaCamera) -> Pairing | None:
    """Return the pairing that the options hold; None where there is none that can be."""
    if (chosen := options.get(CONF_PAIRING)) is None:
        return None
    chosen = DEFAULTS | chosen
    spotter, identifier = chosen[CONF_SPOTTER], chosen[CONF_IDENTIFIER]
    if not {spotter, identifier} <= {channel.index for channel in camera.info.channels}:
        return None
    return Pairing(
        spotter=spotter,
        identifier=identifier,
        trigger=chosen[CONF_TRIGGER],
        trigger_name=chosen.get(CONF_TRIGGER_NAME, chosen[CONF_TRIGGER]),
        timing=CaptureTiming(cool_down=chosen[CONF_COOL_DOWN], time_out=chosen[CONF_TIME_OUT]),
        preparation=_preparation(chosen, camera.channel(identifier)),
        limits=_limits(chosen),
    )


def limits_of(options: Mapping[str, Any]) -> KeepingLimits | None:
    """Return within which limits captures are kept; None where none are made."""
    chosen = options.get(CONF_PAIRING)
    return None if chosen is None else _limits(DEFAULTS | chosen)


def can_pair(camera: DahuaCamera) -> bool:
    """Tell whether a camera has sensors that can work together."""
    return len(camera.info.channels) > 1


def suggested_sensors(camera: DahuaCamera) -> tuple[int, int]:
    """Return which sensor should spot and which identify: the one with a lens looks closely."""
    first, *others = sorted(camera.info.channels, key=lambda channel: not channel.has_lens)
    return others[0].index, first.index


def _limits(chosen: Mapping[str, Any]) -> KeepingLimits:
    return KeepingLimits(
        days=chosen[CONF_KEEP_DAYS],
        count=chosen[CONF_KEEP_COUNT],
        megabytes=chosen[CONF_KEEP_MEGABYTES],
    )


def _preparation(chosen: Mapping[str, Any], identifier: Channel) -> Preparation:
    """Return what is to be set, as far as the sensor has it."""
    light, zoom = LIGHTS.get(chosen.get(CONF_LIGHT, "")), chosen.get(CONF_ZOOM)
    shutter, profile = chosen.get(CONF_SHUTTER), chosen.get(CONF_IMAGE_PROFILE)
    return Preparation(
        light=light if light in identifier.info.emitters else None,
        shutter=Shutter(shutter) if shutter and identifier.state.exposures else None,
        image_profile=ImageProfile(profile) if profile and identifier.chooses_profile else None,
        zoom=zoom / 100 if zoom is not None and identifier.info.has_lens else None,
    )


def triggers(spotter: Channel) -> dict[str, str]:
    """Return what may start a capture, each with its name on the camera; motion has none."""
    found = {MOTION: MOTION} if spotter.state.motion is not None else {}
    found |= {region_key(region.id): region.name for region in spotter.motion_regions}
    return found | {rule_key(rule.id): rule.title for rule in spotter.state.ivs_rules}
