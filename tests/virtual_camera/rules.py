"""Which of the configured rules and motion windows somebody in the scene sets off."""

from collections.abc import Iterator
from dataclasses import dataclass

from .clock import in_section, week_row
from .machine import Machine
from .tables import nest
from .view import Actor, ActorKind
from .visibility import GRID, is_in_view, position

OBJECT_TYPES = {
    ActorKind.PERSON: "Human",
    ActorKind.CAR: "Vehicle",
    ActorKind.BICYCLE: "NonMotor",
}
_ANALYTICS_OF_CLASS = {"Normal": "rules", "FaceDetection": "faces", "ObjectDetect": "metadata"}
_COLUMNS, _GROUND_ROW = 22, 14
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
    points: tuple[tuple[int, int], ...]


def active_plans(machine: Machine, channel: int) -> set[str]:
    """Return the smart plans that run: the scene's type, and its type list if that holds it."""
    scene = f"VideoAnalyseGlobal[{channel}].Scene"
    plan = machine.store.text(f"{scene}.Type")
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
        points=tuple((int(x), int(y)) for x, y in points),
    )


def sets_off(rule: Rule, actor: Actor, *, wide: bool) -> bool:
    """Tell whether somebody, where he is now, keeps a rule alarmed."""
    if not is_in_view(actor, wide=wide):
        return False
    if rule.type != "FaceDetection" and OBJECT_TYPES.get(actor.kind) not in rule.object_types:
        return False
    place = position(actor, wide=wide)
    way = 1 - place if actor.leftwards else place
    match rule.type:
        case "CrossLineDetection":
            return _has_crossed(rule, actor, way)
        case "CrossRegionDetection":
            columns = [x / GRID for x, _ in rule.points]
            return bool(columns) and min(columns) <= place <= max(columns)
        case "FaceDetection":
            return actor.kind is ActorKind.PERSON and 0.3 <= way <= 0.7
        case "HumanTrait" | "NonMotorDetect":
            return way >= 0.85
        case "VehicleDetect":
            return 0.45 <= way <= 0.6
        case _:
            return False


def _has_crossed(rule: Rule, actor: Actor, way: float) -> bool:
    if not rule.points or rule.direction not in ("Both", direction_of(actor)):
        return False
    line = sum(x for x, _ in rule.points) / len(rule.points) / GRID
    reached = 1 - line if actor.leftwards else line
    return reached <= way <= reached + _AFTER_LINE


def direction_of(actor: Actor) -> str:
    """Return the way somebody crosses a line."""
    return "RightToLeft" if actor.leftwards else "LeftToRight"


def moving_windows(machine: Machine, channel: int, actors: tuple[Actor, ...]) -> dict[int, str]:
    """Return number and name of the motion windows in which somebody moves."""
    prefix = f"MotionDetect[{channel}]"
    hardware = machine.hardware[channel]
    if "motion" not in hardware.analytics or not machine.store.flag(f"{prefix}.Enable"):
        return {}
    if not armed(machine, f"{prefix}.EventHandler"):
        return {}
    columns = {
        min(int(position(actor, wide=hardware.wide) * _COLUMNS), _COLUMNS - 1)
        for actor in actors
        if is_in_view(actor, wide=hardware.wide)
    }
    windows = {}
    for row in range(machine.store.count(f"{prefix}.MotionDetectWindow")):
        window = f"{prefix}.MotionDetectWindow[{row}]"
        mask = machine.store.integer(f"{window}.Region[{_GROUND_ROW}]")
        if any(mask >> (_COLUMNS - 1 - column) & 1 for column in columns):
            number = machine.store.integer(f"{window}.Id", row)
            windows[number] = machine.store.text(f"{window}.Name")
    return windows
