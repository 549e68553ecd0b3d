"""What one sensor is built from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelHardware:
    """One sensor with its lamps and lens; `analytics` names what its processor can detect."""

    title: str
    wide: bool = False
    emitters: tuple[str, ...] = ()
    ir_cut: bool = True
    motorised: bool = False
    analytics: tuple[str, ...] = ()


INFRARED = "infrared"
WARM = "warm"

LIGHT_TYPES = {INFRARED: "InfraredLight", WARM: "WhiteLight"}
