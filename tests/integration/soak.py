"""Weeks at a camera, a minute at a time: faults, commands, passers-by, and what must hold then.

Each simulated minute has one poll. At quiet points every fault is lifted, and what Home Assistant
shows is compared with what the virtual camera's physics, tables and detector say.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.components.camera import async_get_image
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from tests.integration.helpers import call, entity_id, state_of
from tests.virtual_camera import VirtualCamera

MINUTES_A_DAY = 24 * 60
_SETTLE_SECONDS = 20.0
_LIGHTS = {(0, "warm"): "0_warm_light", (0, "infrared"): "0_infrared", (1, "warm"): "1_warm_light"}
# What happens at the camera by itself: code, channel, data, and the sensor that shows it.
_HAPPENINGS = (
    ("VideoMotion", 1, None, "1_motion"),
    ("CrossRegionDetection", 0, {"Name": "Yard", "RuleID": 5}, "0_rule_5"),
    ("HumanTrait", 0, {"Name": "HumanTrait"}, "0_person"),
    ("VideoBlind", 1, None, "1_tampering"),
)
_COMMANDS: tuple[tuple[str, str, dict[str, object]], ...] = (
    *(
        (f"switch.{key}", f"switch.turn_{way}", {})
        for key in _LIGHTS.values()
        for way in ("on", "off")
    ),
    *(
        ("select.0_day_night", "select.select_option", {"option": option})
        for option in ("auto", "color", "black_white")
    ),
    ("select.0_image_profile", "select.select_option", {"option": "night"}),
    ("select.1_image_profile", "select.select_option", {"option": "automatic"}),
    ("number.1_warm_light_brightness", "number.set_value", {"value": 35}),
    ("switch.1_motion_detection", "switch.turn_on", {}),
    ("switch.0_rule_4_enabled", "switch.turn_off", {}),
    ("switch.0_rule_4_enabled", "switch.turn_on", {}),
    *(
        (f"camera.{channel}_main", f"{DOMAIN}.illuminate", {"light": light, "duration": seconds})
        for channel, light in ((0, "warm_light"), (0, "infrared"), (1, "warm_light"))
        for seconds in (1, 2)
    ),
)
# A hand on the brightness takes over what is lit for a time, and another profile has other rows.
_TOUCHES_LIGHTS = ("image_profile", "light_brightness")
# Faults by which the camera deceives whoever reads what is to be put back.
_DECEPTIONS = {"ignore_writes", "stale_reads"}
_FAULTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("drop_stream", {"once": True}),
    ("drop_stream", {}),
    ("stall_stream", {"once": True}),
    ("split_stream", {"bytes": 23}),
    ("garbage_stream", {}),
    ("flood", {"events_per_second": 100.0}),
    ("slow", {"seconds": 0.05}),
    ("refuse", {"path": "/cgi-bin/configManager.cgi", "status": 503, "body": ""}),
    ("refuse", {"path": "/cgi-bin/configManager.cgi", "status": 400}),
    ("refuse", {"path": "getFocusStatus", "status": 500, "body": "Error\r\n"}),
    ("refuse", {"path": "/cgi-bin/eventManager.cgi", "status": 500}),
    ("refuse", {"path": "/cgi-bin/snapshot.cgi", "status": 500}),
    ("connection_limit", {"max": 1}),
    ("reject_login", {}),
    ("lock_account", {"seconds": 1.0}),
    ("one_shot_nonce", {}),
    ("one_shot_nonce", {"told": False}),
    ("stale_nonce", {}),
    ("ignore_writes", {}),
    ("stale_reads", {}),
    ("clock_skew", {"seconds": 86400.0}),
    ("no_rtsp", {}),
    ("reject_rtsp_login", {}),
    ("warming_up", {"seconds": 0.2}),
)
_REJECTED_AT_MOST = 2
_UPDATED_AT_REBOOT = 0.3
_UPDATE_SECONDS = 2.0
# A table that has failed by itself is asked apart for a while.
_POLLS_TO_HEAL = 2
_JPEG = b"\xff\xd8"


class Soak:
    """Lives with one camera; `wrong` holds what was ever shown falsely."""

    def __init__(
        self, hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, random: Random
    ) -> None:
        self.wrong: list[str] = []
        self.done: Counter[str] = Counter()
        self.history: list[str] = []
        self._hass = hass
        self._camera = camera
        self._entry = entry
        self._random = random
        self._going: set[str] = set()
        # What a hand has left the lights at, as far as that is clear.
        self._left: dict[str, bool] = {}
        self._entities = self._count_entities()

    def told(self) -> str:
        """Return what went before, and what was wrong, to be read by people."""
        return "\n".join([*self.history, *self.wrong])

    async def minute(self) -> None:
        """Let a minute pass: something may happen, and the camera is polled."""
        steps: tuple[tuple[Callable[[], Awaitable[None]], int], ...] = (
            (self._nothing, 40),
            (self._happen, 20),
            (self._command, 12),
            (self._break_something, 5),
            (self._mend_something, 6),
            (self._change_light, 4),
            (self._reboot, 1),
        )
        [step] = self._random.choices([s for s, _ in steps], [weight for _, weight in steps])
        self.done[step.__name__.removeprefix("_")] += 1
        self.history.append(step.__name__)
        del self.history[:-60]
        await step()
        if await self._is_loaded():
            coordinator = self._entry.runtime_data.coordinator
            await coordinator.async_refresh()
            if not coordinator.last_update_success:
                self.history[-1] += f" → {coordinator.last_exception}"
        else:
            self.history[-1] += f" → not set up: {self._entry.reason}"

    async def _is_loaded(self) -> bool:
        """Have a set-up that failed tried again, as Home Assistant does once a minute."""
        await self._hass.async_block_till_done(wait_background_tasks=False)
        if self._entry.state is ConfigEntryState.SETUP_RETRY:
            await self._hass.config_entries.async_reload(self._entry.entry_id)
        return self._entry.state is ConfigEntryState.LOADED

    async def _nothing(self) -> None:
        await asyncio.sleep(0)

    async def _happen(self) -> None:
        """Begin or end something before the camera."""
        code, channel, data, key = self._random.choice(_HAPPENINGS)
        await self._camera.emit(code, "Stop" if key in self._going else "Start", channel, data)
        self._going ^= {key}

    async def _command(self) -> None:
        """Do what an owner does; while something is broken it may be refused."""
        target, action, data = self._random.choice(_COMMANDS)
        platform, key = target.split(".")
        self.history[-1] += f" {target} {action} {data}"
        state = state_of(self._hass, platform, f"{self._camera.serial}_{key}")
        if state.state == STATE_UNAVAILABLE:
            # Home Assistant leaves out what is unavailable, without a word.
            return
        is_clear = not self._is_broken()
        try:
            await call(self._hass, action, state.entity_id, **data)
        except HomeAssistantError as error:
            if is_clear:
                self.wrong.append(f"{action} on {key}: {error}")
            is_clear = False
        if is_clear and key in _LIGHTS.values():
            self._left[key] = action == "switch.turn_on"
            await self._compare_light(key, lit=self._left[key])
        elif key in _LIGHTS.values() or key.endswith(_TOUCHES_LIGHTS):
            self._forget_lights(key)

    def _forget_lights(self, key: str) -> None:
        """A command on a sensor makes unclear what its lights are left at."""
        channel = key.partition("_")[0]
        self._left = {k: lit for k, lit in self._left.items() if k.partition("_")[0] != channel}

    async def _compare_light(self, key: str, *, lit: bool) -> None:
        """The LED does what was asked for, in this moment."""
        channel, emitter = next(where for where, name in _LIGHTS.items() if name == key)
        level = self._camera.channels[channel].leds[emitter]
        if (level > 0) is not lit:
            shown = state_of(self._hass, "switch", f"{self._camera.serial}_{key}").state
            self.wrong.append(
                f"{key}: asked for {lit}, shown {shown}, the LED is at {level},"
                f" profile {self._camera.channels[channel].live_profile}"
            )

    async def _break_something(self) -> None:
        name, parameters = self._random.choice(_FAULTS)
        self.done[f"fault {name}"] += 1
        self.history[-1] += f" {name}"
        if name == "reject_login":
            await self._change_password()
            return
        if name in _DECEPTIONS:
            self._left.clear()
        self._camera.set_fault(name, **parameters)
        if "once" not in parameters:
            await asyncio.sleep(self._random.uniform(0.0, 0.2))

    async def _mend_something(self) -> None:
        if faults := sorted(self._camera.state()["faults"]):
            self._camera.clear_fault(self._random.choice(faults))

    async def _change_password(self) -> None:
        """Refuse the login until the owner gives the new one: twice and never again."""
        self._mend_everything()
        await self._wait_until_well()
        before = self._camera.state()["logins"]["rejected"]
        self._camera.set_fault("reject_login")
        for _ in range(self._random.randint(1, 20)):
            await self._entry.runtime_data.coordinator.async_refresh()
        rejected = self._camera.state()["logins"]["rejected"] - before
        if rejected > _REJECTED_AT_MOST:
            self.wrong.append(f"{rejected} rejected logins")
        flows = [
            flow
            for flow in self._hass.config_entries.flow.async_progress_by_handler(DOMAIN)
            if flow["context"]["source"] == "reauth"
        ]
        if len(flows) != 1:
            self.wrong.append(f"{len(flows)} requests for a new login")
        self._camera.clear_fault("reject_login")
        account = {"username": self._camera.username, "password": self._camera.password}
        for flow in flows:
            await self._hass.config_entries.flow.async_configure(flow["flow_id"], account)
        await self._hass.async_block_till_done(wait_background_tasks=False)
        await self._wait_until_well()

    async def _change_light(self) -> None:
        self._camera.scene.darkness = self._random.choice((0.0, 0.4, 0.7, 1.0))

    async def _reboot(self) -> None:
        self._going.clear()
        self._camera.clear_fault("stall_stream")
        seconds = self._random.uniform(0.05, 0.8)
        if self._random.random() < _UPDATED_AT_REBOOT:
            self.done["new firmware"] += 1
            self._camera.install_firmware(f"2.{self.done['new firmware']}.0000000.1.R")
            # An update takes so long that everybody notices.
            seconds = _UPDATE_SECONDS
        await self._camera.reboot(
            seconds=seconds,
            warming_up=self._random.choice((0.0, 0.2)),
            half_open=self._random.random() < 0.5,
        )

    def _is_broken(self) -> bool:
        return bool(self._camera.state()["faults"]) or self._camera.machine.warming_up

    # What must hold.

    async def quiet_point(self) -> None:
        """Lift every fault, let the camera be polled, and compare everything."""
        self._mend_everything()
        await self._wait_until_well()
        for _ in range(_POLLS_TO_HEAL):
            await self._entry.runtime_data.coordinator.async_refresh()
        await self._wait_until_put_back()
        for key, lit in self._left.items():
            await self._compare_light(key, lit=lit)
        for key in _LIGHTS.values():
            found = entity_id(self._hass, "switch", f"{self._camera.serial}_{key}")
            for way, lit in (("on", True), ("off", False)):
                await call(self._hass, f"switch.turn_{way}", found)
                await self._compare_light(key, lit=lit)
                self._left[key] = lit
        try:
            async with asyncio.timeout(_SETTLE_SECONDS):
                while self._differences():
                    # What is looked at besides the tables waits for the turn of a poll.
                    await self._entry.runtime_data.coordinator.async_refresh()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            self.wrong += self._differences()
        for channel in (0, 1):
            if not await self._has_picture(channel):
                self.wrong.append(f"no picture of channel {channel}")

    async def _has_picture(self, channel: int) -> bool:
        """Tell whether a still comes; the first may meet a connection that is dead."""
        camera = entity_id(self._hass, "camera", f"{self._camera.serial}_{channel}_main")
        for _ in range(2):
            with suppress(HomeAssistantError):
                return (await async_get_image(self._hass, camera)).content.startswith(_JPEG)
        return False

    def _mend_everything(self) -> None:
        for name in self._camera.state()["faults"]:
            self._camera.clear_fault(name)

    async def _wait_until_well(self) -> None:
        """Come back by itself: no reload, no help but the next poll."""

        async def is_well() -> bool:
            if not await self._is_loaded():
                return False
            runtime = self._entry.runtime_data
            await runtime.coordinator.async_refresh()
            # New firmware has it set up anew.
            await self._hass.async_block_till_done(wait_background_tasks=False)
            return bool(
                self._entry.state is ConfigEntryState.LOADED
                and self._entry.runtime_data is runtime
                and runtime.coordinator.last_update_success
                and not runtime.coordinator.camera.is_doubted
                and runtime.detections.available
            )

        try:
            async with asyncio.timeout(_SETTLE_SECONDS):
                while not await is_well():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail(f"not well again after\n{self.told()}")

    async def _wait_until_put_back(self) -> None:
        """What was lit for a time goes back by itself."""
        temporary = self._entry.runtime_data.temporary
        try:
            async with asyncio.timeout(_SETTLE_SECONDS):
                while temporary.held:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            self.wrong.append(f"still lit for a time: {sorted(temporary.held)}")

    def _differences(self) -> list[str]:
        """Return what is shown otherwise than it is."""
        found = []
        listed = {(event.code, event.index or 0) for event in self._camera.machine.hub.active()}
        for code, channel, _, key in _HAPPENINGS:
            shown = state_of(self._hass, "binary_sensor", f"{self._camera.serial}_{key}").state
            if (shown == STATE_ON) is not ((code, channel) in listed):
                found.append(f"{key} is {shown}, listed: {sorted(listed)}")
        for (channel, emitter), key in _LIGHTS.items():
            shown = state_of(self._hass, "switch", f"{self._camera.serial}_{key}").state
            level = self._camera.channels[channel].leds[emitter]
            if shown != STATE_UNKNOWN and (shown == STATE_ON) is not (level > 0):
                found.append(f"{key} is {shown}, the LED is at {level}")
        day_night = state_of(self._hass, "select", f"{self._camera.serial}_0_day_night").state
        picture = self._camera.state()["channels"][0]["picture"]
        if day_night in {"color", "black_white"} and day_night != picture:
            found.append(f"day/night is {day_night}, the picture {picture}")
        rule = state_of(self._hass, "switch", f"{self._camera.serial}_0_rule_4_enabled").state
        enabled = self._rule_is_enabled()
        if (rule == STATE_ON) is not enabled:
            found.append(f"the rule's switch is {rule}, the rule {enabled}")
        found += [
            f"{state.entity_id} is unavailable"
            for state in self._hass.states.async_all()
            if state.state == STATE_UNAVAILABLE
        ]
        if self._count_entities() != self._entities:
            found.append(f"{self._count_entities()} entities instead of {self._entities}")
        found += [
            f"issue {issue.issue_id}"
            for issue in ir.async_get(self._hass).issues.values()
            if issue.domain == DOMAIN and issue.active
        ]
        return found

    def _rule_is_enabled(self) -> bool:
        store = self._camera.machine.store
        return any(
            store.text(f"VideoAnalyseRule[0][{row}].Id") == "4"
            and store.flag(f"VideoAnalyseRule[0][{row}].Enable")
            for row in range(10)
        )

    def _count_entities(self) -> int:
        return len(
            er.async_entries_for_config_entry(er.async_get(self._hass), self._entry.entry_id)
        )
