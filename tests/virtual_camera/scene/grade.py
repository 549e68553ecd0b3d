"""The still scene under the light of the moment: what one look of a sensor is like."""

from dataclasses import dataclass
from functools import cache, lru_cache
from math import log2

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from .lens import MAGNIFICATION, TIGHT, WIDE, Floats, Lens, lens_of
from .master import MAPS, MASTER_SIZE, Master, clouds, master_of

type Bytes = NDArray[np.uint8]
type Lights = dict[str, Floats]

_STEPS = 8192
_BRIGHTEST = 4.0
_SUNSET = (1.0, 0.74, 0.50)
_LAMP = (1.0, 0.76, 0.46)
_WARM = (1.0, 0.70, 0.37)
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)
# Infrared is reflected by leaves far more than by anything else that looks as dark.
_INFRARED_LUMA = np.array((0.30, 0.95, -0.12), np.float32)


@dataclass(frozen=True, slots=True)
class Look:
    """All that the still part of a picture depends on, in steps coarse enough to keep."""

    wide: bool
    zoom: float
    size: tuple[int, int]
    darkness: float
    infrared: int
    warm: int
    color: bool
    blur: float


@dataclass(frozen=True, slots=True)
class Brightness:
    """How strongly each light shines, as red, green and blue; `exposure` is the gain."""

    sky: Floats
    sun: Floats
    lamps: Floats
    warm: Floats
    infrared: float
    exposure: float


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A graded still scene: its pixels, the lens before it and the light it stands in.

    `crop` is the part of the master it was cut from: left, top, right, bottom.
    """

    look: Look
    pixels: Bytes
    lens: Lens
    brightness: Brightness
    master: Master
    crop: tuple[float, float, float, float]


def _rgb(color: tuple[float, float, float], strength: float) -> Floats:
    return np.array(color, np.float32) * np.float32(strength)


def _mixed(stops: tuple[tuple[float, tuple[float, float, float]], ...], at: float) -> Floats:
    """Return the colour at a place of a gradient with stops."""
    places = [place for place, _ in stops]
    return np.array(
        [np.interp(at, places, [color[part] for _, color in stops]) for part in range(3)],
        np.float32,
    )


_ZENITH = (
    (0.0, (0.20, 0.42, 0.82)), (0.3, (0.20, 0.36, 0.66)), (0.5, (0.12, 0.16, 0.34)),
    (0.7, (0.030, 0.048, 0.125)), (0.85, (0.010, 0.017, 0.046)), (1.0, (0.0015, 0.002, 0.004)),
)  # fmt: skip
_HORIZON = (
    (0.0, (0.66, 0.80, 0.98)), (0.3, (0.90, 0.72, 0.56)), (0.5, (0.72, 0.36, 0.24)),
    (0.7, (0.17, 0.11, 0.15)), (0.85, (0.042, 0.044, 0.066)), (1.0, (0.003, 0.004, 0.006)),
)  # fmt: skip
_CLOUDS = (
    (0.0, (1.05, 1.05, 1.08)), (0.3, (0.98, 0.78, 0.66)), (0.5, (0.52, 0.28, 0.28)),
    (0.7, (0.065, 0.06, 0.09)), (0.85, (0.022, 0.024, 0.036)), (1.0, (0.002, 0.0025, 0.003)),
)  # fmt: skip
_AMBIENT = (
    (0.0, (0.40, 0.44, 0.52)), (0.3, (0.31, 0.31, 0.37)), (0.5, (0.12, 0.12, 0.17)),
    (0.7, (0.024, 0.028, 0.046)), (0.85, (0.0075, 0.0090, 0.0160)), (1.0, (0.0016, 0.0019, 0.0030)),
)  # fmt: skip


def brightness_of(darkness: float, infrared: int, warm: int, *, color: bool) -> Brightness:
    """Return the lights of a moment; an IR-cut filter keeps infrared out of a colour picture."""
    day = max(0.0, 1 - darkness / 0.45)
    lamps = min(1.0, max(0.0, (darkness - 0.30) / 0.25)) * min(1.0, (1.0 - darkness) / 0.08)
    infrared_share = 0.0 if color else infrared / 100
    warm_share = warm / 100
    gain = 1.0 + 0.25 * min(1.0, darkness / 0.6)
    return Brightness(
        sky=_mixed(_AMBIENT, darkness),
        sun=_rgb((1.30, 1.20, 1.02), day)
        * (np.array(_SUNSET, np.float32) ** np.float32(darkness * 3)),
        lamps=_rgb(_LAMP, 0.62 * lamps),
        warm=_rgb(_WARM, 2.3 * warm_share),
        infrared=3.6 * infrared_share,
        exposure=gain,
    )


@cache
def _linear() -> Floats:
    """Return the light that each step of a colour stands for."""
    return ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)


@cache
def _film() -> Bytes:
    """Return the step that each brightness is shown as: a soft shoulder, then gamma."""
    linear = np.arange(_STEPS) / _STEPS * _BRIGHTEST
    shown = np.clip(1 - np.exp(-1.75 * linear), 0, 1) ** (1 / 2.2)
    return (shown * 255 + 0.5).astype(np.uint8)


def shown(values: Floats) -> Bytes:
    """Return linear light as the steps of a picture."""
    steps = np.clip(values * np.float32(_STEPS / _BRIGHTEST), 0, _STEPS - 1).astype(np.int32)
    return _film()[steps]


def linear(colors: Bytes) -> Floats:
    """Return the steps of a picture as linear light."""
    return _linear()[colors]


def lit(colors: Floats, lights: Lights, brightness: Brightness) -> Floats:
    """Return linear colours as the lights, infrared left out, show them."""
    visible = lights["sky"][..., None] * brightness.sky
    for name, strength in (
        ("sun", brightness.sun),
        ("lamps", brightness.lamps),
        ("warm", brightness.warm),
    ):
        if strength.any():
            visible += lights[name][..., None] * strength
    visible *= colors
    visible *= np.float32(brightness.exposure)
    return visible


def grey(picture: Floats, colors: Floats, lights: Lights, brightness: Brightness) -> Floats:
    """Return a picture without its colours, with what infrared adds to it."""
    plain = picture @ _LUMA
    if brightness.infrared:
        reflected = np.clip(colors @ _INFRARED_LUMA, 0.02, 1.0) * 0.62 + 0.02
        plain += reflected * lights["infrared"] * np.float32(brightness.infrared)
    return np.repeat(plain[..., None], 3, axis=-1)


def _octave(look: Look) -> tuple[Lens, float]:
    """Return the lens of the master to cut from, and how much of its width to take."""
    if look.wide:
        return WIDE, 1.0
    times = MAGNIFICATION**look.zoom
    whole = 2.0 ** int(min(log2(times), log2(MAGNIFICATION) - 1) + 1e-9)
    return TIGHT.magnified(whole), whole / times


@lru_cache(maxsize=12)
def backdrop(look: Look) -> Backdrop:
    """Return the still scene of a look."""
    lens, share = _octave(look)
    master = master_of(lens)
    width, height = MASTER_SIZE
    left, top = width * (1 - share) / 2, height * (1 - share) / 2
    crop = (left, top, width - left, height - top)

    def cut(picture: Image.Image) -> Bytes:
        return np.asarray(
            picture.resize(look.size, Image.Resampling.BILINEAR, box=crop, reducing_gap=2)
        )

    maps = {name: _linear_map()[cut(master.maps[name])] for name in MAPS}
    colors = linear(cut(master.colors))
    brightness = brightness_of(look.darkness, look.infrared, look.warm, color=look.color)
    picture = lit(colors, maps, brightness)
    seen_lens = lens_of(wide=look.wide, zoom=look.zoom)
    haze = (maps["haze"] * np.float32(1 - look.darkness * 0.8))[..., None]
    picture += haze * (_mixed(_HORIZON, look.darkness) * np.float32(0.8) - picture)
    _hang_sky(picture, cut(master.heavens), seen_lens, look.darkness)
    picture += _glow(maps["glow"], brightness)
    if not look.color:
        picture = grey(picture, colors, maps, brightness)
    return Backdrop(look, _blurred(shown(picture), look.blur), seen_lens, brightness, master, crop)


@cache
def _linear_map() -> Floats:
    intensity: Floats = ((np.arange(256) / 255.0) ** 2).astype(np.float32)
    return intensity


def _glow(glow: Floats, brightness: Brightness) -> Floats:
    strength = brightness.lamps[0] / 0.62
    hot = np.clip(glow - 0.25, 0.0, 1.0)[..., None] * np.array((1.0, 0.86, 0.62), np.float32)
    added: Floats = (glow[..., None] * np.array(_LAMP, np.float32) * 0.45 + hot * 1.3) * strength
    return added


def _hang_sky(picture: Floats, heavens: Bytes, lens: Lens, darkness: float) -> None:
    """Put the sky behind everything, in the rows that show any."""
    rows = int(np.flatnonzero(heavens.any(axis=1))[-1]) + 1 if heavens.any() else 0
    if not rows:
        return
    height, width = heavens.shape
    rays = lens.rays((width, height))[:rows]
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    rise = np.clip(rays[..., 2:3] * 2.2, 0.0, 1.0) ** 0.6
    sky = _mixed(_HORIZON, darkness) * (1 - rise) + _mixed(_ZENITH, darkness) * rise
    cover = clouds(rays)[..., None] * np.float32(0.75)
    sky += cover * (_mixed(_CLOUDS, darkness) - sky)
    share = heavens[:rows, :, None].astype(np.float32) / 255
    picture[:rows] += share * (sky - picture[:rows])


def _blurred(pixels: Bytes, blur: float) -> Bytes:
    if blur <= 0:
        return pixels
    radius = blur * pixels.shape[1] / 90
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))
