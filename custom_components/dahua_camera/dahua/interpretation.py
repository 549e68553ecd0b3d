"""From the tables as they were read to what a channel is set to."""

from collections.abc import Collection, Iterable

from . import exposure, illumination, picture, profiles, rules
from .state import ChannelInfo, ChannelState, Emitter
from .tables import Node, child
from .topics import Topic

# On these depends whether what all the others say takes effect.
PROFILE_TABLES = frozenset({profiles.TABLE, profiles.LEGACY_TABLE})
MASTER_TABLES = PROFILE_TABLES | {illumination.SCHEME_TABLE}

# Where a table comes first, the others stand in for it on cameras that lack it.
_TABLES: dict[Topic, tuple[tuple[str, ...], ...]] = {
    Topic.PROFILE: ((profiles.TABLE, profiles.LEGACY_TABLE),),
    Topic.LIGHT: (
        (illumination.TABLE, illumination.LEGACY_TABLE),
        (illumination.SCHEME_TABLE,),
    ),
    Topic.DAY_NIGHT: ((picture.TABLE, picture.LEGACY_TABLE),),
    Topic.SHUTTER: ((exposure.TABLE,),),
    Topic.MOTION: ((rules.MOTION_TABLE,),),
    Topic.RULES: ((rules.RULE_TABLE,),),
    Topic.DETECTION: (
        (rules.MOTION_TABLE,),
        (rules.SCENE_TABLE,),
        (rules.RULE_TABLE,),
        (rules.SMART_MOTION_TABLE,),
    ),
}


def tables_for(topics: Iterable[Topic], kept: Collection[str]) -> list[str]:
    """Return the tables to read for topics, of those that a camera keeps.

    What chooses the profile is always among them: nearly all others mean nothing without it.
    """
    wanted = {table for topic in (Topic.PROFILE, *topics) for table in _of(topic, kept)}
    return [table for table in kept if table in wanted]


def replaced_tables(kept: Collection[str]) -> set[str]:
    """Return the tables that a camera does without, as it keeps one that stands in for them."""
    return {
        table
        for topic in _TABLES.values()
        for alternatives in topic
        for place, table in enumerate(alternatives)
        if table not in kept and not set(kept).isdisjoint(alternatives[place:])
    }


def keeps(topic: Topic, kept: Collection[str]) -> bool:
    """Tell whether a camera keeps any table that a topic is told in."""
    return bool(_of(topic, kept))


def missing_topics(missing: Collection[str], kept: Collection[str]) -> frozenset[Topic]:
    """Return the topics that cannot be told while tables are missing."""
    if not missing:
        return frozenset()
    return frozenset(topic for topic in _TABLES if not set(_of(topic, kept)).isdisjoint(missing))


def _of(topic: Topic, kept: Collection[str]) -> list[str]:
    found = (
        next((table for table in alternatives if table in kept), None)
        for alternatives in _TABLES.get(topic, ())
    )
    return [table for table in found if table is not None]


def interpret(info: ChannelInfo, tables: Node) -> ChannelState:
    """Make one channel's state of the tables; what replaces an absent table is used then.

    Its lens is in none of them.
    """
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
        motion=rules.parse_motion(row(rules.MOTION_TABLE)),
        smart_motion=rules.parse_smart_motion(row(rules.SMART_MOTION_TABLE)),
        rules=rules.parse_rules(row(rules.RULE_TABLE)),
        scenes=rules.parse_scenes(row(rules.SCENE_TABLE)),
    )
