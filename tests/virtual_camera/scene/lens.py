"""A pinhole lens: the way from metres in the world to pixels in a picture, and back.

The world's axes are x to the right, y ahead and z up, in metres; the camera hangs at
`CAMERA`, above the origin.
"""

from dataclasses import dataclass, replace
from functools import cache
from math import cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.floating[Any]]
type Point = tuple[float, float, float]

CAMERA: Point = (0.0, 0.0, 3.6)


@dataclass(frozen=True, slots=True)
class Lens:
    """Where a lens points and how far it reaches.

    `yaw` is in degrees to the right, `pitch` in degrees downwards; `focal` is the focal
    length as a multiple of the picture's width.
    """

    yaw: float
    pitch: float
    focal: float

    def magnified(self, times: float) -> Lens:
        """Return the same lens zoomed in."""
        return replace(self, focal=self.focal * times)

    def axes(self) -> Floats:
        """Return the rows right, up and forward as unit vectors."""
        return _axes(radians(self.yaw), radians(self.pitch))

    def project(self, points: object, size: tuple[int, int]) -> Floats:
        """Return x, y in pixels and the depth in metres for each of the n by 3 points."""
        width, height = size
        right, up, depth = (self.axes() @ (np.asarray(points, np.float32) - CAMERA).T).astype(
            np.float32
        )
        scale = self.focal * width / np.maximum(depth, 0.1)
        return np.stack((width / 2 + right * scale, height / 2 - up * scale, depth), axis=1)

    def rays(self, size: tuple[int, int]) -> Floats:
        """Return the direction in which each pixel looks, height by width by 3."""
        width, height = size
        right, up, forward = self.axes()
        across = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / (self.focal * width)
        down = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) / (self.focal * width)
        rays: Floats = forward + across[None, :, None] * right - down[:, None, None] * up
        return rays


@cache
def _axes(yaw: float, pitch: float) -> Floats:
    forward = (sin(yaw) * cos(pitch), cos(yaw) * cos(pitch), -sin(pitch))
    right = (cos(yaw), -sin(yaw), 0.0)
    up = (sin(yaw) * sin(pitch), cos(yaw) * sin(pitch), cos(pitch))
    return np.array((right, up, forward), np.float32)


WIDE = Lens(yaw=0.0, pitch=11.0, focal=0.53)
TIGHT = Lens(yaw=-12.0, pitch=11.7, focal=1.8)
MAGNIFICATION = 4.0


def lens_of(*, wide: bool, zoom: float) -> Lens:
    """Return the lens of a sensor; `zoom` runs from 0 to 1 and moves the tight one only."""
    return WIDE if wide else TIGHT.magnified(MAGNIFICATION**zoom)
