"""Making a profile of what somebody's camera printed: every table dump is a camera to own.

    python -m tests.virtual_camera.dump < dump.txt > profiles/their_camera.toml

The dump holds `table.…` lines as `configManager.cgi?action=getConfig&name=All` prints them and,
where they were saved too, the lines of getSystemInfo and getSoftwareVersion. What a dump cannot
tell, such as the lamps that are really built in, is taken from the rows that it has.
"""

from collections.abc import Mapping
import sys

from .hardware import INFRARED, LIGHT_TYPES
from .tables import Tables, is_under, parse, print_order


def profile_of(text: str) -> str:
    """Return the text of a profile file; raises ValueError where the dump tells no channel."""
    lines = [line.strip() for line in text.splitlines() if "=" in line]
    tables = parse("\n".join(line for line in lines if line.startswith("table.")))
    facts = dict(line.split("=", 1) for line in lines if not line.startswith("table."))
    channels = 1 + max((_first_index(key) for key in tables), default=-1)
    if not channels:
        message = "no table with channels in the dump"
        raise ValueError(message)
    sections = [_identity(tables, facts)]
    sections += [_channel(tables, channel) for channel in range(channels)]
    printed = "\n".join(f"{key}={tables[key]}" for key in sorted(tables, key=print_order))
    return f"tables = '''\n{printed}\n'''\n\n" + "\n".join(sections)


def _first_index(key: str) -> int:
    """Return the channel that a row of ChannelTitle or Encode is of; -1 for other tables."""
    for table in ("ChannelTitle[", "Encode["):
        if key.startswith(table):
            return int(key.removeprefix(table).partition("]")[0])
    return -1


def _identity(tables: Tables, facts: Mapping[str, str]) -> str:
    version, _, build = facts.get("version", "0").partition(",build:")
    interface = tables.get("Network.DefaultInterface", "eth0")
    values = {
        "device_type": facts.get("deviceType", "IPC"),
        "serial": facts.get("serialNumber", "0" * 15),
        "version": version,
        "build": build or "2000-01-01",
        "mac": tables.get(f"Network.{interface}.PhysicalAddress", "00:00:00:00:00:00"),
        "processor": facts.get("processor", ""),
        "hardware_version": facts.get("hardwareVersion", "1.00"),
    }
    return _section("identity", {key: _quoted(value) for key, value in values.items()})


def _channel(tables: Tables, channel: int) -> str:
    def has(prefix: str) -> bool:
        return any(is_under(key, prefix) for key in tables)

    rows = [value for key, value in tables.items() if is_under(key, f"Lighting_V2[{channel}]")]
    emitters = [kind for kind, light_type in LIGHT_TYPES.items() if light_type in rows]
    if not has("Lighting_V2") and has(f"Lighting[{channel}]"):
        emitters = [INFRARED]
    day_night = tables.get(f"VideoInDayNight[{channel}][0].Type", "ICR")
    analytics = {
        "motion": tables.get(f"MotionDetect[{channel}].Enable") == "true",
        "smart_motion": has(f"SmartMotionDetect[{channel}]"),
        "rules": has(f"VideoAnalyseRule[{channel}]"),
        "faces": has(f"VideoAnalyseRule[{channel}]"),
        "metadata": has(f"VideoAnalyseRule[{channel}]"),
    }
    values = {
        "title": _quoted(tables.get(f"ChannelTitle[{channel}].Name", "")),
        "wide": "true" if channel else "false",
        "emitters": _list(emitters),
        "ir_cut": "true" if day_night == "ICR" else "false",
        "motorised": "true" if has(f"VideoInFocus[{channel}]") else "false",
        "analytics": _list([name for name, present in analytics.items() if present]),
    }
    return _section(f"channel.{channel}", values)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(words: list[str]) -> str:
    return "[" + ", ".join(_quoted(word) for word in words) + "]"


def _section(name: str, values: Mapping[str, str]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


if __name__ == "__main__":
    sys.stdout.write(profile_of(sys.stdin.read()))
