"""Which of the configured rules and motion windows somebody in the scene sets off."""

from collections.abc import Iterator
from dataclasses import dataclass

from .clock import in_section, week_row
from .machine import Machine
from .tables import nest
from .view import Actor, ActorKind
from .visibility import GRID, Appearance

OBJECT_TYPES = {
    ActorKind.PERSON: "Human",
    ActorKind.CAR: "Vehicle",
    ActorKind.BICYCLE: "NonMotor",
}
_ANALYTICS_OF_CLASS = {"Normal": "rules", "FaceDetection": "faces", "ObjectDetect": "metadata"}
_COLUMNS, _ROWS = 22, 18
# Between which parts of the picture's width, in the direction of travel, a report is due.
_METADATA_WAY = {
    "HumanTrait": (0.85, 1.0),
    "NonMotorDetect": (0.85, 1.0),
    "VehicleDetect": (0.45, 0.6),
}
# How much of the picture's width somebody walks on before a crossed line calms down.
_AFTER_LINE = 0.15


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of VideoAnalyseRule."""

    channel: int
    row: int
    name: str
    number: int
    type: str
    rule_class: str
    object_types: tuple[str, ...]
    direction: str
    report_interval: int
    points: tuple[tuple[int, int], ...]


def active_plans(machine: Machine, channel: int) -> set[str]:
    """Return the smart plans that run: the scene's type, and its type list if that holds it.

    All of them do on a camera that is older than smart plans, and on some where none is named.
    """
    scene = f"VideoAnalyseGlobal[{channel}].Scene"
    plan = machine.store.text(f"{scene}.Type")
    if "VideoAnalyseGlobal" not in machine.store or (
        not plan and machine.profile.switches.runs_rules_without_plan
    ):
        return set(_ANALYTICS_OF_CLASS)
    plans = {value for _, value in machine.store.under(f"{scene}.TypeList")}
    return plans if plan in plans else {plan} - {""}


def armed(machine: Machine, handler: str) -> bool:
    """Tell whether an event handler's weekly plan covers this moment; without a plan it does."""
    plan = f"{handler}.TimeSection"
    if plan not in machine.store:
        return True
    moment = machine.clock.now()
    row = week_row(moment, machine.store.count(plan))
    sections = machine.store.under(f"{plan}[{row}]")
    return any(in_section(section, moment) for _, section in sections)


def armed_rules(machine: Machine, channel: int) -> Iterator[Rule]:
    """Yield the rules of a channel that can fire now."""
    plans = active_plans(machine, channel)
    analytics = machine.hardware[channel].analytics
    for row in range(machine.store.count(f"VideoAnalyseRule[{channel}]")):
        prefix = f"VideoAnalyseRule[{channel}][{row}]"
        rule_class = machine.store.text(f"{prefix}.Class")
        if (
            machine.store.flag(f"{prefix}.Enable")
            and rule_class in plans
            and _ANALYTICS_OF_CLASS.get(rule_class) in analytics
            and armed(machine, f"{prefix}.EventHandler")
        ):
            yield _rule(machine, channel, row)


def _rule(machine: Machine, channel: int, row: int) -> Rule:
    prefix = f"VideoAnalyseRule[{channel}][{row}]"
    document = nest(dict(machine.store.under(prefix)), prefix)
    config = document.get("Config", {})
    points = config.get("DetectLine") or config.get("DetectRegion") or []
    return Rule(
        channel=channel,
        row=row,
        name=str(document.get("Name", "")),
        number=int(document.get("Id", row)),
        type=str(document.get("Type", "")),
        rule_class=str(document.get("Class", "")),
        object_types=tuple(document.get("ObjectTypes", ())),
        direction=str(config.get("Direction", "Both")),
        report_interval=int(config.get("ReportInterval", 0)),
        points=tuple((int(x), int(y)) for x, y in points),
    )


def sets_off(rule: Rule, actor: Actor, seen: Appearance) -> bool:
    """Tell whether somebody, as they appear to the sensor now, keeps a rule alarmed."""
    if rule.type == "FaceDetection":
        return actor.kind is ActorKind.PERSON and _within(actor, seen, 0.3, 0.7)
    if OBJECT_TYPES.get(actor.kind) not in rule.object_types:
        return False
    match rule.type:
        case "CrossLineDetection":
            return _has_crossed(rule, actor, seen)
        case "CrossRegionDetection":
            return _is_inside(rule.points, seen.x * GRID, seen.y * GRID)
        case _:
            begin, end = _METADATA_WAY.get(rule.type, (1.0, 0.0))
            return _within(actor, seen, begin, end)


def _within(actor: Actor, seen: Appearance, begin: float, end: float) -> bool:
    way = 1 - seen.x if actor.leftwards else seen.x
    return begin <= way <= end


def _has_crossed(rule: Rule, actor: Actor, seen: Appearance) -> bool:
    """Tell whether somebody has just crossed the line, at their own height in the picture."""
    if len(rule.points) < 2 or rule.direction not in ("Both", direction_of(actor)):
        return False
    (x1, y1), (x2, y2) = sorted(rule.points[:2], key=lambda point: point[1])
    y = seen.y * GRID
    if not y1 <= y <= y2:
        return False
    line = (x1 + (x2 - x1) * (y - y1) / max(y2 - y1, 1)) / GRID
    beyond = line - seen.x if actor.leftwards else seen.x - line
    return 0 <= beyond <= _AFTER_LINE


def _is_inside(points: tuple[tuple[int, int], ...], x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(points, (*points[1:], *points[:1]), strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1):
            inside = not inside
    return inside


def direction_of(actor: Actor) -> str:
    """Return the way somebody crosses a line."""
    return "RightToLeft" if actor.leftwards else "LeftToRight"


def moving_windows(machine: Machine, channel: int) -> dict[int, str]:
    """Return number and name of the motion windows in which somebody moves."""
    prefix = f"MotionDetect[{channel}]"
    if "motion" not in machine.hardware[channel].analytics:
        return {}
    if not machine.store.flag(f"{prefix}.Enable") or not armed(machine, f"{prefix}.EventHandler"):
        return {}
    cells = {
        (min(int(seen.y * _ROWS), _ROWS - 1), min(int(seen.x * _COLUMNS), _COLUMNS - 1))
        for seen in machine.visible(channel).values()
    }
    if f"{prefix}.MotionDetectWindow" not in machine.store:
        # Before there were windows, the whole channel had one nameless region.
        return {0: ""} if any(_covers(machine, prefix, *cell) for cell in cells) else {}
    windows = {}
    for row in range(machine.store.count(f"{prefix}.MotionDetectWindow")):
        window = f"{prefix}.MotionDetectWindow[{row}]"
        if any(_covers(machine, window, *cell) for cell in cells):
            number = machine.store.integer(f"{window}.Id", row)
            windows[number] = machine.store.text(f"{window}.Name")
    return windows


def moving_targets(machine: Machine, channel: int) -> dict[str, Appearance]:
    """Return the people and vehicles that smart motion detection tells apart from the rest."""
    prefix = f"SmartMotionDetect[{channel}]"
    if "smart_motion" not in machine.hardware[channel].analytics:
        return {}
    if not machine.store.flag(f"{prefix}.Enable") or not moving_windows(machine, channel):
        return {}
    seen = {
        OBJECT_TYPES.get(machine.scene.actors[number].kind, ""): look
        for number, look in machine.visible(channel).items()
    }
    return {
        kind: look
        for kind, look in seen.items()
        if kind in ("Human", "Vehicle") and machine.store.flag(f"{prefix}.ObjectTypes.{kind}")
    }


def _covers(machine: Machine, window: str, row: int, column: int) -> bool:
    """Tell whether a window's mask has a cell; the highest bit is the leftmost column."""
    mask = machine.store.integer(f"{window}.Region[{row}]")
    return bool(mask >> (_COLUMNS - 1 - column) & 1)
