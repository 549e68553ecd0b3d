"""What a camera tells the control side about itself."""

from typing import Any

from .machine import Machine

CONNECTION_KINDS = ("http", "event_stream", "snapshot_stream", "rtsp")


def describe(machine: Machine) -> dict[str, Any]:
    """Return everything about a camera but its connections."""
    return {
        "profile": machine.profile.name,
        "serial": machine.profile.identity.serial,
        "clock": f"{machine.clock.now():%F %T}",
        "darkness": machine.scene.darkness,
        "warming_up": machine.warming_up,
        "channels": [_channel(machine, channel) for channel in range(len(machine.hardware))],
        "subscribers": len(machine.hub.streams),
        "active": [
            {"code": event.code, "index": event.index, "data": event.data}
            for event in machine.hub.active()
        ],
        "logins": machine.logins.counters.as_dict(),
        "locked_seconds": machine.logins.lock_seconds,
        "faults": machine.faults.as_dict(),
        "actors": len(machine.scene.actors),
    }


def _channel(machine: Machine, channel: int) -> dict[str, Any]:
    lens = machine.lenses.get(channel)
    return {
        "title": machine.title(channel),
        "leds": machine.leds(channel),
        "live_profile": machine.live_profile(channel),
        "picture": "color" if machine.in_color(channel) else "black_white",
        "zoom": lens.zoom if lens else None,
        "focus": lens.focus if lens else None,
        "moving": lens.moving if lens else False,
    }
