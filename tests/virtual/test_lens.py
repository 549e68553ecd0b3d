"""Zoom and focus: motors that take time and an autofocus that has the last word."""

import pytest

from tests.virtual.peer import Client, StartCamera, StartClient, until
from tests.virtual_camera.lens import Lens, sharp_focus

STATUS = "devVideoInput.cgi?action=getFocusStatus&channel=1"


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = 100.0

    def __call__(self) -> float:
        """Return the moment."""
        return self.moment


def test_a_motor_takes_time() -> None:
    watch = Watch()
    lens = Lens(full_travel=4.0, now=watch)
    lens.move(zoom=0.5)
    watch.moment += 1.0
    assert lens.zoom == pytest.approx(0.25)
    assert lens.moving
    watch.moment += 1.0
    assert lens.zoom == 0.5
    assert lens.moving
    watch.moment += 1.0
    assert not lens.moving
    assert lens.focus == sharp_focus(0.5)
    assert lens.blur == 0


def test_a_motor_may_start_late() -> None:
    watch = Watch()
    lens = Lens(full_travel=4.0, reaction=0.3, now=watch)
    before = lens.focus
    lens.move(zoom=0.5)
    watch.moment += 0.2
    assert not lens.moving
    assert (lens.zoom, lens.focus) == (0.0, before)
    watch.moment += 0.2
    assert lens.moving
    watch.moment += 3.0
    assert not lens.moving
    assert (lens.zoom, lens.focus) == (0.5, sharp_focus(0.5))


def test_a_zoom_overrides_the_focus_given_with_it() -> None:
    watch = Watch()
    lens = Lens(full_travel=4.0, now=watch)
    lens.move(zoom=1.0, focus=0.1)
    watch.moment += 10
    assert lens.focus == sharp_focus(1.0)


def test_focus_alone_blurs_until_autofocus() -> None:
    watch = Watch()
    lens = Lens(full_travel=4.0, now=watch)
    lens.move(focus=0.0)
    watch.moment += 10
    assert (lens.focus, lens.blur) == (0.0, 1.0)
    lens.autofocus()
    assert lens.moving
    watch.moment += 10
    assert lens.blur == 0


async def test_status_over_the_wire(client: Client) -> None:
    answer = await client.get(STATUS)
    assert answer.values["status.Zoom"] == "0.000000"
    assert answer.values["status.Focus"] == "0.420000"
    assert answer.values["status.Status"] == "Normal"
    moved = await client.get("devVideoInput.cgi?action=adjustFocus&focus=-1&zoom=0.5&channel=1")
    assert moved.text == "OK\r\n"
    assert (await client.get(STATUS)).values["status.Status"] == "Autofocus"


async def test_the_picture_follows_the_lens(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera()
    client = start_client(camera)
    wide = (await client.get("snapshot.cgi?channel=1")).body
    lens = camera.machine.lenses[0]
    lens.move(zoom=0.3)
    await until(lambda: not lens.moving)
    assert camera.machine.view(0).zoom == 0.3
    assert (await client.get("snapshot.cgi?channel=1")).body != wide


async def test_the_fixed_sensor_has_no_motor(client: Client) -> None:
    for target in (
        "devVideoInput.cgi?action=getFocusStatus&channel=2",
        "devVideoInput.cgi?action=adjustFocus&zoom=0.5&focus=-1&channel=2",
        "devVideoInput.cgi?action=autoFocus&channel=2",
        "devVideoInput.cgi?action=getFocusStatus&channel=0",
        "devVideoInput.cgi?action=adjustFocus&zoom=far&focus=-1&channel=1",
    ):
        answer = await client.get(target)
        assert (answer.status, answer.text) == (400, "Error\r\nBad Request!\r\n")
