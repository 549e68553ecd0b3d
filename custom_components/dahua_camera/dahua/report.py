"""What a camera is, is set to and has reported, as one document without secrets.

It holds enough for a stand-in to play the camera: see `make_report`.
"""

from collections.abc import Iterable
from dataclasses import asdict
from math import isinf
from typing import Any

from .camera import DahuaCamera
from .channel import Channel
from .event_sample import EventSample
from .event_stream import EventStream
from .events import Event
from .login import Login
from .pseudonyms import Pseudonyms
from .scrubbing import Scrubber
from .state import CameraInfo, ChannelInfo
from .tables import flatten
from .traffic import Traffic


def make_report(camera: DahuaCamera, sample: EventSample, stream: EventStream) -> dict[str, Any]:
    """Describe a camera in what JSON can hold.

    `tables` are flat (`Lighting_V2[0][1][0].Mode`: `Auto`), `answers` the other questions it
    was asked with their answers' pairs (null where it refused), `events` the latest of each
    kind. Passwords, names, addresses, plates, faces and files are left out or replaced.
    """
    info, http, reader = camera.info, camera.http, camera.reader
    bare_mac = "".join(filter(str.isalnum, info.mac or ""))
    secrets = (http.login.password, http.login.username, http.address.host, bare_mac)
    titled = frozenset(channel.index for channel in info.channels if channel.title)
    names = Pseudonyms(info.serial, reader.latest, secrets)
    scrubber = Scrubber(names, titled)
    return {
        "camera": _describe_camera(info, names, scrubber),
        "tables": scrubber.pairs(flatten(reader.latest)),
        "answers": scrubber.answers(info.answers),
        "several_tables_at_once": reader.several_at_once,
        "events": _describe_events(sample.events, scrubber),
        "event_counts": {scrubber.code(code): number for code, number in sample.counts.items()},
        "state": [
            _describe_channel(camera.channel(channel.index), scrubber) for channel in info.channels
        ],
        "stream": _describe_stream(stream),
        "login": _describe_login(http.login),
        "traffic": _describe_traffic(http.traffic),
        "refused_lists": reader.refused_lists,
        "missing_tables": sorted(reader.missing.intersection(info.tables)),
        "stills": {
            "asked": camera.stills_asked,
            "taken": http.traffic.questions["snapshot.cgi"],
        },
        "https": http.address.https,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None or isinf(seconds) else round(seconds, 1)


def _describe_camera(info: CameraInfo, names: Pseudonyms, scrubber: Scrubber) -> dict[str, Any]:
    return {
        "model": names.without_known_secrets(info.model),
        "vendor": names.without_known_secrets(info.vendor),
        "firmware": names.without_known_secrets(info.firmware),
        "channels": [_describe_sensor(channel, scrubber) for channel in info.channels],
    }


def _describe_sensor(channel: ChannelInfo, scrubber: Scrubber) -> dict[str, Any]:
    return {
        "title": scrubber.title(channel.index),
        "streams": [asdict(stream) for stream in channel.streams],
        "emitters": sorted(channel.emitters),
        "has_day_night": channel.has_day_night,
        "has_lens": channel.has_lens,
    }


def _describe_events(events: Iterable[Event], scrubber: Scrubber) -> list[dict[str, Any]]:
    return [
        {
            "code": scrubber.code(event.code),
            "action": scrubber.code(event.action),
            "index": event.index,
            "data": scrubber.event_data(event.code, event.index, event.data),
        }
        for event in events
    ]


def _describe_stream(stream: EventStream) -> dict[str, Any]:
    return {
        "connected": stream.connected,
        "connections": stream.connections,
        "seconds_since_last_byte": _rounded(stream.silence),
        "gap": _rounded(stream.gap),
        "parts": stream.parser.parts,
        "malformed": stream.parser.malformed,
    }


def _describe_login(login: Login) -> dict[str, int]:
    return {
        "accepted": login.accepted,
        "challenged": login.challenged,
        "renewed": login.renewed,
        "rejected": login.rejected,
    }


def _describe_traffic(traffic: Traffic) -> dict[str, Any]:
    return {
        "requests": traffic.requests,
        "bytes_received": traffic.bytes_received,
        "failures": dict(traffic.failures),
        "failure_kinds": dict(traffic.failure_kinds),
    }


def _describe_channel(channel: Channel, scrubber: Scrubber) -> dict[str, Any]:
    """Say in the words of its controls what a sensor is set to."""
    motion = channel.state.motion
    return {
        "profiles": channel.profiles,
        "image_profile": channel.image_profile,
        "day_night": channel.day_night,
        "shutter": channel.shutter,
        "scheme": channel.scheme,
        "lights": {
            emitter: {
                "is_lit": channel.is_lit(emitter),
                "level": channel.light_level(emitter),
                "control": channel.light_control(emitter),
            }
            for emitter in sorted(channel.info.emitters)
        },
        "zoom": channel.zoom,
        "focus": channel.focus,
        "motion": motion.enabled if motion else None,
        "rules": [
            {"id": rule.id, "type": scrubber.code(rule.type), "enabled": rule.enabled}
            for rule in channel.state.rules
        ],
        "scenes": [scrubber.code(scene) for scene in channel.state.scenes],
    }
