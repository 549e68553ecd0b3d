"""Playing a camera that somebody else owns, from the diagnostics of the integration.

The file is the download as Home Assistant saves it, or what stands under `data` in it: the
tables and answers of a camera, what was found out about its sensors, and a sample of its
events. It was scrubbed of names and secrets, which a stand-in can do without.
"""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any

from .dump import channel_count, channel_of, identity_of
from .hardware import LIGHT_TYPES
from .tables import Tables

_KINDS = {light_type: kind for kind, light_type in LIGHT_TYPES.items()}
_IDENTITY = ("getSystemInfo", "getSoftwareVersion", "getVendor")


class NotARecordingError(LookupError):
    """The file holds something else than a camera's diagnostics."""


def read(path: Path) -> tuple[dict[str, Any], Tables]:
    """Return a profile's document and tables; raises NotARecordingError."""
    try:
        download = json.loads(path.read_text(encoding="utf-8"))
        recording = download.get("data", download)
        return _document(recording), dict(recording["tables"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path} is no recorded camera: {type(error).__name__}: {error}"
        raise NotARecordingError(message) from error


def _document(recording: Mapping[str, Any]) -> dict[str, Any]:
    tables, answers, sensors = (
        recording["tables"],
        recording["answers"],
        recording["camera"]["channels"],
    )
    facts = {"deviceType": recording["camera"]["model"], "vendor": recording["camera"]["vendor"]}
    for action in _IDENTITY:
        facts |= answers.get(f"magicBox.cgi?action={action}") or {}
    states = recording.get("state") or [{}] * len(sensors)
    count = max(len(sensors), channel_count(tables))
    document = {
        "identity": identity_of(tables, facts),
        "channel": {str(channel): channel_of(tables, channel) for channel in range(count)},
        "switches": {
            "multi_name": recording["several_tables_at_once"] is not False,
            "https": bool(recording.get("https")),
        },
        "answers": {
            question: answer
            for question, answer in answers.items()
            # Where the lens was tells nothing of where it is.
            if answer is None or "getFocusStatus" not in question
        },
        "events_heard": recording.get("events", []),
        # One sub stream fewer than streams, as each channel has a main one.
        "products": {"MaxExtraStream": str(max(len(each["streams"]) for each in sensors) - 1)},
    }
    for channel, (sensor, state) in enumerate(zip(sensors, states, strict=True)):
        document["channel"][str(channel)] |= {
            "emitters": [_KINDS[kind] for kind in sensor["emitters"] if kind in _KINDS],
            "motorised": sensor["has_lens"],
            "zoom": (state.get("zoom") or 0.0) / 100,
        }
    return document
