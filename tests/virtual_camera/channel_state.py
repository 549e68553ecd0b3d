"""What one sensor of a running camera really does."""

from .machine import Machine


class ChannelState:
    """What one sensor really does; channels count from 0."""

    def __init__(self, machine: Machine, channel: int) -> None:
        self._machine = machine
        self._channel = channel

    @property
    def leds(self) -> dict[str, int]:
        """The levels at which the lamps burn, 0 to 100, by `infrared` and `warm`."""
        return self._machine.leds(self._channel)

    @property
    def live_profile(self) -> int:
        """The row of the image profile in force."""
        return self._machine.live_profile(self._channel)

    @property
    def color(self) -> bool:
        """Whether the picture is in colour."""
        return self._machine.in_color(self._channel)

    @property
    def zoom(self) -> float | None:
        """Where the zoom motor is, 0 to 1; None for a fixed lens."""
        lens = self._machine.lenses.get(self._channel)
        return lens.zoom if lens else None

    @property
    def focus(self) -> float | None:
        """Where the focus motor is, 0 to 1; None for a fixed lens."""
        lens = self._machine.lenses.get(self._channel)
        return lens.focus if lens else None
