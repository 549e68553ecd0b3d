"""One sensor as it is set to now, in the words of its controls."""

from collections.abc import Iterable
from dataclasses import dataclass

from . import detectable, exposure, illumination, picture, profiles
from .state import (
    ChannelInfo,
    ChannelState,
    Control,
    DayNight,
    Emitter,
    ImageProfile,
    LightRow,
    ObjectKind,
    Region,
    Rule,
    Scheme,
    Shutter,
)


@dataclass(frozen=True, slots=True)
class Channel:
    """One sensor: what it can do, what it is set to, and the profiles that may be in force.

    What those profiles disagree on, and what the camera decides by itself, is None.
    """

    info: ChannelInfo
    state: ChannelState
    profiles: tuple[int, ...]

    @property
    def coming_profiles(self) -> tuple[int, ...]:
        """The profiles that may be in force now, and those that a schedule will bring."""
        return tuple(dict.fromkeys(self.profiles + profiles.coming_profiles(self.state.mode)))

    def is_lit(self, emitter: Emitter) -> bool | None:
        """Tell whether an emitter burns."""
        return illumination.is_lit(self.state, emitter, self.profiles)

    def is_shut_out(self, emitter: Emitter) -> bool:
        """Tell whether the scheme keeps an emitter dark, whatever else is set."""
        return illumination.is_shut_out(self.state, emitter, self.profiles)

    def light_rows(self, emitter: Emitter) -> Iterable[LightRow]:
        """Return the rows of an emitter, of all profiles."""
        return self.state.lights.get(emitter, {}).values()

    def light_level(self, emitter: Emitter) -> int | None:
        """Return how bright an emitter burns when it is on, 0 to 100."""
        return illumination.level(self.state, emitter, self.profiles)

    def light_control(self, emitter: Emitter) -> Control | None:
        """Return what drives an emitter."""
        return illumination.control(self.state, emitter, self.profiles)

    def light_controls(self, emitter: Emitter) -> tuple[Control, ...]:
        """Return what may drive an emitter."""
        return illumination.allowed_controls(self.state, emitter, zooms=self.info.has_lens)

    @property
    def scheme(self) -> Scheme | None:
        """Which emitter a dual-light sensor uses."""
        return illumination.scheme(self.state, self.profiles)

    @property
    def day_night(self) -> DayNight | None:
        """What decides between colour and black and white."""
        return picture.day_night(self.state, self.profiles)

    @property
    def image_profile(self) -> ImageProfile | None:
        """What chooses the image profile."""
        return profiles.image_profile(self.state.mode)

    @property
    def chooses_profile(self) -> bool:
        """Whether it can be told how to choose its image profile."""
        return self.state.mode.mode is not None

    @property
    def zoom(self) -> float | None:
        """Where the zoom is, in percent."""
        return _percent(self.state.lens.zoom) if self.state.lens else None

    @property
    def focus(self) -> float | None:
        """Where the focus is, in percent."""
        return _percent(self.state.lens.focus) if self.state.lens else None

    @property
    def shutter(self) -> Shutter | None:
        """How long the shutter is open."""
        return exposure.shutter(self.state, self.profiles)

    @property
    def object_kinds(self) -> frozenset[ObjectKind]:
        """The kinds of object that the sensor tells apart."""
        return detectable.object_kinds(self.state)

    @property
    def motion_regions(self) -> tuple[Region, ...]:
        """The motion windows that are worth a sensor of their own."""
        return detectable.motion_regions(self.state)

    @property
    def reads_plates(self) -> bool:
        """Whether the sensor may read number plates."""
        return detectable.reads_plates(self.state)

    @property
    def sighting_types(self) -> tuple[str, ...]:
        """The types of sighting that the sensor may tell of."""
        return detectable.sighting_types(self.state)

    def rule(self, rule_id: int) -> Rule | None:
        """Return the IVS rule of a number; None where there is none."""
        return next((rule for rule in self.state.ivs_rules if rule.id == rule_id), None)


def _percent(position: float) -> float:
    return round(position * 100, 1)
