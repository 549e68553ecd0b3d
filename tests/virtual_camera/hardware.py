"""What one sensor is built from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelHardware:
    """One sensor with its lamps and lens; `analytics` names what its processor can detect.

    `zoom`, 0 to 1, is where a motorised lens stands at the start.
    """

    title: str
    wide: bool = False
    emitters: tuple[str, ...] = ()
    ir_cut: bool = True
    motorised: bool = False
    zoom: float = 0.0
    analytics: tuple[str, ...] = ()


INFRARED = "infrared"
WARM = "warm"

LIGHT_TYPES = {INFRARED: "InfraredLight", WARM: "WhiteLight"}
