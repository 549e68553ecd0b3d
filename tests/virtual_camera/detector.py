"""The camera's eyes: compares what goes on in the scene with what it has reported so far."""

from dataclasses import replace
import time
from typing import Any

from .event_stream import Event
from .machine import Machine
from .payloads import code_of, describe, motion, smart_motion
from .rules import Rule, armed_rules, moving_targets, moving_windows, sets_off
from .view import Actor
from .visibility import Appearance

_INFO_SECONDS = 1.0


class Detector:
    """Raises the events of rules and motion; `hurry` shortens the camera's own delays."""

    def __init__(self, machine: Machine) -> None:
        self.hurry = 1.0
        self._machine = machine
        self._alarmed: dict[tuple[int, int], Event] = {}
        self._pulsed: set[tuple[int, int, int]] = set()
        self._moving: dict[int, dict[int, str]] = {}
        self._calm_since: dict[int, float] = {}
        self._info_at = 0.0
        self._told: dict[tuple[int, int], float] = {}
        self._targets: set[tuple[int, str]] = set()

    @property
    def busy(self) -> bool:
        """Whether something has been reported that has not ended yet."""
        return bool(self._alarmed or self._moving or self._targets)

    def look(self) -> None:
        """Look once at every sensor and report what changed."""
        for channel in range(len(self._machine.hardware)):
            self._look_for_rules(channel)
            self._look_for_motion(channel)
            self._look_for_targets(channel)
        present = set(self._machine.scene.actors)
        self._pulsed = {pulse for pulse in self._pulsed if pulse[2] in present}

    def _look_for_rules(self, channel: int) -> None:
        visible = self._machine.visible(channel)
        alarmed = set()
        for rule in armed_rules(self._machine, channel):
            for number, seen in visible.items():
                actor = self._machine.scene.actors[number]
                if not sets_off(rule, actor, seen):
                    continue
                code, pulse = code_of(self._machine, rule, actor)
                key = (channel, rule.row)
                if pulse and (*key, number) not in self._pulsed:
                    self._pulsed.add((*key, number))
                    data = describe(self._machine, rule, actor, seen)
                    self._raise(code, "Pulse", channel, data)
                elif not pulse:
                    alarmed.add(key)
                    if key not in self._alarmed:
                        data = describe(self._machine, rule, actor, seen)
                        self._alarmed[key] = self._raise(code, "Start", channel, data)
                        self._told[key] = time.monotonic()
                    else:
                        self._repeat(rule, actor, seen)
        for key in [key for key in self._alarmed if key[0] == channel and key not in alarmed]:
            start = self._alarmed.pop(key)
            self._raise(start.code, "Stop", channel, dict(start.data or {}))

    def _repeat(self, rule: Rule, actor: Actor, seen: Appearance) -> None:
        """Tell of an intruder again, where the firmware does so and the rule says when."""
        key, now = (rule.channel, rule.row), time.monotonic()
        elapsed = (now - self._told[key]) * self.hurry
        repeats = self._machine.profile.switches.repeats_starts
        if repeats == "never" or not rule.report_interval or elapsed < rule.report_interval:
            return
        self._told[key] = now
        start = self._alarmed[key]
        if repeats == "new_number":
            # It is one alarm still: the camera forgets the old number without a word.
            self._machine.hub.emit(replace(start, action="Stop"), deliver=False)
            start = replace(start, data=describe(self._machine, rule, actor, seen))
            self._alarmed[key] = start
        self._machine.hub.emit(start)

    def _look_for_motion(self, channel: int) -> None:
        machine, now = self._machine, time.monotonic()
        windows = moving_windows(machine, channel)
        reported = self._moving.get(channel, {})
        if windows:
            self._calm_since.pop(channel, None)
            if not windows.keys() <= reported.keys():
                self._moving[channel] = reported | windows
                self._raise("VideoMotion", "Start", channel, self._motion(channel))
            self._inform(channel, now)
        elif reported:
            calm = now - self._calm_since.setdefault(channel, now)
            dejitter = machine.store.integer(f"MotionDetect[{channel}].EventHandler.Dejitter")
            if calm * self.hurry >= dejitter:
                self._raise("VideoMotion", "Stop", channel, self._motion(channel))
                del self._moving[channel]

    def _look_for_targets(self, channel: int) -> None:
        """Report people and vehicles among what moves, where smart motion detection is on."""
        targets = moving_targets(self._machine, channel)
        for kind in ("Human", "Vehicle"):
            code, key = f"SmartMotion{kind}", (channel, kind)
            if kind in targets and key not in self._targets:
                windows = self._moving.get(channel, {})
                self._raise(code, "Start", channel, smart_motion(kind, targets[kind], windows))
                self._targets.add(key)
            elif kind not in targets and key in self._targets:
                self._machine.hub.emit(Event(code, "Stop", channel))
                self._targets.discard(key)

    def _inform(self, channel: int, now: float) -> None:
        if self._machine.profile.switches.motion_info and now >= self._info_at:
            self._info_at = now + _INFO_SECONDS
            self._machine.hub.emit(Event("VideoMotionInfo", "State", channel))

    def _motion(self, channel: int) -> dict[str, Any]:
        smart = self._machine.profile.switches.smart_motion_key
        return motion(self._moving[channel], smart_motion_key=smart)

    def _raise(self, code: str, action: str, channel: int, data: dict[str, Any]) -> Event:
        event = Event(code, action, channel, data)
        self._machine.hub.emit(event)
        return event
