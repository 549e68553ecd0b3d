"""What a channel is told to detect: motion windows and IVS rules."""

from .events import Event
from .state import IVS, MotionDetection, ObjectKind, Plan, Region, Rule
from .tables import Node, boolean, child, integer, rows, text
from .vocabulary import SMART_MOTION_KINDS

MOTION_TABLE = "MotionDetect"
RULE_TABLE = "VideoAnalyseRule"
SCENE_TABLE = "VideoAnalyseGlobal"
SMART_MOTION_TABLE = "SmartMotionDetect"


def parse_motion(node: Node) -> MotionDetection | None:
    """Read one channel of the table `MotionDetect`; None where the channel has no row.

    A region is a window in which at least one cell is marked.
    """
    if "Enable" not in node:
        return None
    windows = rows(child(node, "MotionDetectWindow"))
    return MotionDetection(
        enabled=boolean(node, "Enable"),
        regions=tuple(
            Region(integer(window, "Id", index), text(window, "Name"))
            for index, window in windows
            if any(value != "0" for value in child(window, "Region").values())
        ),
    )


def parse_smart_motion(node: Node) -> frozenset[ObjectKind]:
    """Read one channel of the table `SmartMotionDetect`: what it tells apart, if it is on."""
    types = child(node, "ObjectTypes")
    if not boolean(node, "Enable"):
        return frozenset()
    return frozenset(kind for name, kind in SMART_MOTION_KINDS.items() if boolean(types, name))


def parse_rules(node: Node) -> tuple[Rule, ...]:
    """Read one channel of the table `VideoAnalyseRule`, rules of all classes."""
    return tuple(
        Rule(
            index=index,
            id=integer(row, "Id", index),
            name=text(row, "Name").strip(),
            type=text(row, "Type"),
            rule_class=text(row, "Class", IVS),
            enabled=boolean(row, "Enable"),
            object_types=tuple(map(str, child(row, "ObjectTypes").values())),
        )
        for index, row in rows(node)
        if text(row, "Type")
    )


def parse_scenes(node: Node) -> tuple[str, ...]:
    """Read which smart plans of one channel run, from the table `VideoAnalyseGlobal`.

    The type decides: the list of several counts where it holds the type, or there is none.
    """
    scene = child(node, "Scene")
    listed = tuple(dict.fromkeys(filter(None, map(str, child(scene, "TypeList").values()))))
    chosen = text(scene, "Type")
    return (chosen,) if chosen and chosen not in listed else listed


def rule_of(event: Event, rules: tuple[Rule, ...]) -> Rule | None:
    """Find the rule that an event is of: by its name, then by its number, then as the only one.

    One that is switched off is that only where all are: it was switched on since it was read.
    """
    candidates = [rule for rule in rules if rule.type == event.code]
    name = event.data.get("Name")
    for rule in candidates:
        if name and rule.name == str(name).strip():
            return rule
    number = event.data.get("CfgRuleId", event.data.get("RuleID"))
    for rule in candidates:
        if number is not None and rule.id == number:
            return rule
    if name or number is not None:
        return None
    at_work = [rule for rule in candidates if rule.enabled] or candidates
    return at_work[0] if len(at_work) == 1 else None


def plan_motion(channel: int, *, on: bool) -> Plan:
    """Plan motion detection on or off; nothing else goes into the request."""
    return ({f"{MOTION_TABLE}[{channel}].Enable": _flag(on)},)


def plan_rule(channel: int, rule: Rule, *, on: bool) -> Plan:
    """Plan an IVS rule on or off."""
    return ({f"{RULE_TABLE}[{channel}][{rule.index}].Enable": _flag(on)},)


def _flag(on: bool) -> str:
    return "true" if on else "false"
