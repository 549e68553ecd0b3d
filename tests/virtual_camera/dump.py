"""Making a profile of what somebody's camera printed: every table dump is a camera to own.

    python -m tests.virtual_camera.dump < dump.txt > profiles/their_camera.toml

The dump holds `table.…` lines as `configManager.cgi?action=getConfig&name=All` prints them and,
where they were saved too, the lines of getSystemInfo and getSoftwareVersion. What a dump cannot
tell, such as the lamps that are really built in, is taken from the rows that it has.
"""

from collections.abc import Mapping
import json
import sys
from typing import Any

from .hardware import INFRARED, LIGHT_TYPES
from .tables import Tables, is_under, parse, print_order


def profile_of(text: str) -> str:
    """Return the text of a profile file; raises ValueError where the dump tells no channel."""
    lines = [line.strip() for line in text.splitlines() if "=" in line]
    tables = parse("\n".join(line for line in lines if line.startswith("table.")))
    facts = dict(line.split("=", 1) for line in lines if not line.startswith("table."))
    channels = channel_count(tables)
    if not channels:
        message = "no table with channels in the dump"
        raise ValueError(message)
    sections = [_section("identity", identity_of(tables, facts))]
    sections += [_section(f"channel.{n}", channel_of(tables, n)) for n in range(channels)]
    printed = "\n".join(f"{key}={tables[key]}" for key in sorted(tables, key=print_order))
    return f"tables = '''\n{printed}\n'''\n\n" + "\n".join(sections)


def channel_count(tables: Tables) -> int:
    """Return how many sensors a camera with these tables has."""
    return 1 + max((_first_index(key) for key in tables), default=-1)


def _first_index(key: str) -> int:
    """Return the channel that a row of ChannelTitle or Encode is of; -1 for other tables."""
    for table in ("ChannelTitle[", "Encode["):
        if key.startswith(table):
            return int(key.removeprefix(table).partition("]")[0])
    return -1


def identity_of(tables: Tables, facts: Mapping[str, str]) -> dict[str, Any]:
    """Return what a camera says it is; `facts` are the lines of getSystemInfo and the like."""
    version, _, build = facts.get("version", "0").partition(",build:")
    interface = tables.get("Network.DefaultInterface", "eth0")
    return {
        "device_type": facts.get("deviceType", "IPC"),
        "serial": facts.get("serialNumber", "0" * 15),
        "version": version,
        "build": build or "2000-01-01",
        "mac": tables.get(f"Network.{interface}.PhysicalAddress", "00:00:00:00:00:00"),
        "processor": facts.get("processor", ""),
        "hardware_version": facts.get("hardwareVersion", "1.00"),
        "update_serial": facts.get("updateSerial", ""),
        "vendor": facts.get("vendor", "Dahua"),
    }


def channel_of(tables: Tables, channel: int) -> dict[str, Any]:
    """Return what a sensor is built from, as far as its tables tell."""

    def has(prefix: str) -> bool:
        return any(is_under(key, prefix) for key in tables)

    rows = [value for key, value in tables.items() if is_under(key, f"Lighting_V2[{channel}]")]
    emitters = [kind for kind, light_type in LIGHT_TYPES.items() if light_type in rows]
    if not has("Lighting_V2") and has(f"Lighting[{channel}]"):
        emitters = [INFRARED]
    analytics = {
        "motion": tables.get(f"MotionDetect[{channel}].Enable") == "true",
        "smart_motion": has(f"SmartMotionDetect[{channel}]"),
        "rules": has(f"VideoAnalyseRule[{channel}]"),
        "faces": has(f"VideoAnalyseRule[{channel}]"),
        "metadata": has(f"VideoAnalyseRule[{channel}]"),
    }
    return {
        "title": tables.get(f"ChannelTitle[{channel}].Name", ""),
        "wide": channel > 0,
        "emitters": emitters,
        "ir_cut": tables.get(f"VideoInDayNight[{channel}][0].Type", "ICR") == "ICR",
        "motorised": has(f"VideoInFocus[{channel}]"),
        "analytics": [name for name, present in analytics.items() if present],
    }


def _section(name: str, values: Mapping[str, Any]) -> str:
    """Print a table of TOML, whose values JSON prints alike."""
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return f"[{name}]\n" + "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(profile_of(sys.stdin.read()))
