"""What a channel is set up to detect, and so what there is to show."""

from .sightings import IVS_TYPES, MOTION_TYPES
from .state import IVS, ChannelState, ObjectKind, Region
from .vocabulary import ENGINE_KINDS, OBJECT_KINDS

_PLATE_RULES = frozenset({"VehicleDetect", "TrafficJunction"})
_PLATE_SCENES = frozenset({"TrafficGate", "TrafficPatrol", "TrafficTollGate", "TrafficJunction"})


def object_kinds(state: ChannelState) -> frozenset[ObjectKind]:
    """Return the kinds of object that a channel tells apart."""
    found = set(state.smart_motion)
    for rule in state.working_rules:
        if not rule.enabled:
            continue
        if kind := ENGINE_KINDS.get(rule.type):
            found.add(kind)
        if rule.rule_class == IVS:
            found.update(OBJECT_KINDS[t] for t in rule.object_types if t in OBJECT_KINDS)
    return frozenset(found)


def reads_plates(state: ChannelState) -> bool:
    """Tell whether a channel may read number plates."""
    return bool(_PLATE_SCENES.intersection(state.scenes)) or any(
        rule.enabled and rule.type in _PLATE_RULES for rule in state.working_rules
    )


def motion_regions(state: ChannelState) -> tuple[Region, ...]:
    """Return the motion windows that are worth a sensor of their own: several, with names."""
    if state.motion is None or len(state.motion.regions) < 2:  # noqa: PLR2004
        return ()
    return tuple(region for region in state.motion.regions if region.name)


def sighting_types(state: ChannelState) -> tuple[str, ...]:
    """Return the types of sighting that a channel may tell of."""
    types = [*MOTION_TYPES] if state.motion else []
    if state.ivs_rules:
        types += IVS_TYPES
    types += sorted(kind.value for kind in object_kinds(state))
    return tuple(types)
