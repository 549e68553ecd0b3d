"""Actors in the picture: each one drawn where it is, in the light that falls there."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.virtual_camera.view import Actor, ActorKind

from .actor_light import light_table
from .blend import lay
from .car import car_at, draw_car
from .figure import figure_at
from .grade import Backdrop
from .headlights import cast_beam, shine_lamps
from .passage import Place, place_of
from .sprite import Sprite
from .walkers import Walker, draw_bicycle, draw_cat, draw_person

type Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How somebody is drawn, and the room it takes: half its length and its height, in metres."""

    draw: Walker
    half: float
    height: float


_SHAPES = {
    ActorKind.PERSON: _Shape(draw_person, 0.55, 1.85),
    ActorKind.CAT: _Shape(draw_cat, 0.62, 0.62),
    ActorKind.BICYCLE: _Shape(draw_bicycle, 1.0, 1.95),
}


def draw_actors(pixels: Bytes, backdrop: Backdrop, actors: Iterable[Actor]) -> None:
    """Draw actors into a picture of the backdrop, the farthest first."""
    placed = sorted(((place_of(actor), actor) for actor in actors), key=lambda pair: -pair[0].t)
    for place, actor in placed:
        if actor.kind is ActorKind.CAR:
            _drive(pixels, backdrop, actor, place)
        else:
            _walk(pixels, backdrop, actor, place)


def _walk(pixels: Bytes, backdrop: Backdrop, actor: Actor, place: Place) -> None:
    shape = _SHAPES[actor.kind]
    size = backdrop.look.size
    step = 0.5 if actor.leftwards else -0.5
    figure = figure_at(backdrop.lens, size, place.t, place.s, step)
    sprite = figure.sprite(size, shape.half, shape.height) if figure else None
    if figure is None or sprite is None:
        return
    shape.draw(sprite, figure, place.come)
    table = light_table(backdrop.look, backdrop.master.lens, place.t, place.s)
    lay(pixels, backdrop, sprite, table, figure.distance - 0.3)


def _drive(pixels: Bytes, backdrop: Backdrop, actor: Actor, place: Place) -> None:
    leftwards = actor.leftwards
    car = car_at(backdrop.lens, backdrop.look.size, place.t, place.s, leftwards=leftwards)
    box = car.box()
    if box is None:
        return
    sprite = Sprite(box, fine=2)
    lamps_on = bool(backdrop.brightness.lamps.any())
    if lamps_on:
        cast_beam(pixels, backdrop, car)
    draw_car(sprite, car, actor.color, actor.plate)
    table = light_table(backdrop.look, backdrop.master.lens, place.t - 1.0, place.s)
    lay(pixels, backdrop, sprite, table, car.distance() - 0.4)
    if lamps_on:
        shine_lamps(pixels, backdrop, car)
