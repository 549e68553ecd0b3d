"""The light that falls on somebody in the scene."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from . import light
from .grade import Look, brightness_of, grey, lit, shown
from .lens import CAMERA, Lens
from .master import INFRARED_REACH, WARM_REACH, infrared_cone, warm_cone
from .world import at

type Bytes = NDArray[np.uint8]

_CHEST = 1.0


def light_table(look: Look, lens: Lens, t: float, s: float) -> Bytes:
    """Return what each step of red, green and blue becomes at a place: 256 by 3."""
    lights = (look.darkness, look.infrared, look.warm, look.color)
    return _table(lights, lens, round(t, 1), round(s, 1))


@lru_cache(maxsize=128)
def _table(burning: tuple[float, int, int, bool], lens: Lens, t: float, s: float) -> Bytes:
    darkness, infrared, warm, color = burning
    place = np.array([at(t, s, _CHEST)], np.float32)
    towards = np.asarray(CAMERA, np.float32) - place
    normal = towards / np.linalg.norm(towards) + np.array((0.0, 0.0, 0.6), np.float32)
    normal /= np.linalg.norm(normal)
    forward = lens.axes()[2]
    lights = {
        "sky": light.sky_light(normal),
        "sun": light.sun_light(normal),
        "lamps": light.lamp_light(place, normal),
        "warm": light.camera_light(place, normal, forward, warm_cone(lens), WARM_REACH),
        "infrared": light.camera_light(place, normal, forward, infrared_cone(lens), INFRARED_REACH),
    }
    steps = ((np.arange(256, dtype=np.float32) / 255) ** np.float32(2.2))[:, None].repeat(3, axis=1)
    spread = {name: np.repeat(values, 256) for name, values in lights.items()}
    brightness = brightness_of(darkness, infrared, warm, color=color)
    seen = lit(steps, spread, brightness)
    return shown(seen if color else grey(seen, steps, spread, brightness))
