"""From the tables as they were read to what a channel is set to."""

from . import exposure, illumination, picture, profiles, rules
from .state import ChannelInfo, ChannelState, Emitter, LensState
from .tables import Node, child

# On these depends whether what all the others say takes effect.
MASTER_TABLES = frozenset({profiles.TABLE, profiles.LEGACY_TABLE, illumination.SCHEME_TABLE})


def interpret(info: ChannelInfo, tables: Node, lens: LensState | None) -> ChannelState:
    """Make one channel's state of the tables; what replaces an absent table is used then."""
    channel = info.index

    def row(table: str) -> Node:
        return child(tables, table, channel)

    if illumination.TABLE in tables:
        lights = illumination.parse_lights(channel, row(illumination.TABLE))
    else:
        only = next(iter(info.emitters), Emitter.INFRARED)
        legacy = row(illumination.LEGACY_TABLE)
        lights = illumination.parse_legacy_lights(channel, legacy, only)
    if picture.TABLE in tables:
        day_night = picture.parse_day_night(channel, row(picture.TABLE))
    else:
        day_night = picture.parse_legacy_day_night(channel, row(picture.LEGACY_TABLE))
    if profiles.TABLE in tables:
        mode = profiles.parse_video_in_mode(row(profiles.TABLE))
    else:
        mode = profiles.parse_legacy_mode(row(profiles.LEGACY_TABLE))
    return ChannelState(
        mode=mode,
        lights={emitter: rows for emitter, rows in lights.items() if emitter in info.emitters},
        schemes=illumination.parse_schemes(channel, row(illumination.SCHEME_TABLE)),
        day_night=day_night,
        exposures=exposure.parse_exposures(channel, row(exposure.TABLE)),
        lens=lens,
        motion=rules.parse_motion(row(rules.MOTION_TABLE)),
        smart_motion=rules.parse_smart_motion(row(rules.SMART_MOTION_TABLE)),
        rules=rules.parse_rules(row(rules.RULE_TABLE)),
        scenes=rules.parse_scenes(row(rules.SCENE_TABLE)),
    )
