"""A campaign: random things happen to a camera, and what its sensors must show of them.

What the design promises decides what is demanded. While everything is heard, the sensors show
exactly what goes on. Once something of a code was lost on a channel, the camera's own list
decides; it tells codes and channels only, no rules, regions or objects. So until nothing of that
code goes on, what the list names must be on, and what it does not name must be off.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.detection_hub import DetectionHub
from homeassistant.const import EVENT_STATE_CHANGED, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from tests.integration.happenings import KEYS, KINDS, NOISE, Activity, Kind, grown
from tests.integration.helpers import entity_id
from tests.virtual_camera import VirtualCamera

_SETTLE_SECONDS = 8.0
_BARRIER = "Barrier"
_LONGER_THAN_HELD = 0.9


class Campaign:
    """Lets things happen, remembers what must follow, and compares at quiet moments."""

    def __init__(
        self,
        hass: HomeAssistant,
        camera: VirtualCamera,
        entry: MockConfigEntry,
        random: Random,
        *,
        loses_events: bool,
    ) -> None:
        self.history: list[str] = []
        self._hass = hass
        self._camera = camera
        self._random = random
        self._loses_events = loses_events
        self._hub: DetectionHub = entry.runtime_data.detections
        self._numbered = random.random() < 0.7
        self._next_number = 1
        self._activities: list[Activity] = []
        self._blurred: dict[tuple[str, int], int] = {}
        """What was partly lost: how many connections there had been by then."""
        self._in_flight: set[tuple[str, int]] = set()
        self._connections = self._hub.stream.connections
        self._barriers = 0
        self._expected: set[tuple[str, int]] = set()
        self._told: Counter[tuple[Any, ...]] = Counter()
        self._last: tuple[Any, ...] = ()
        self._entities = {
            key: entity_id(hass, "binary_sensor", f"{camera.serial}_{key}") for key in KEYS
        }
        self._teller = entity_id(hass, "event", f"{camera.serial}_0_detection")
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._note_state)
        self._hub.listen_for_availability(self._note_availability)

    @callback
    def _note_state(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is None or event.data["entity_id"] != self._teller:
            return
        told = (state.state, state.attributes.get("event_type"), state.attributes.get("speed"))
        # An entity that becomes available again shows what it told last.
        if state.state != STATE_UNAVAILABLE and told != self._last:
            self._last = told
            if told[2] is not None:
                self._told[told[1:]] += 1

    @callback
    def _note_availability(self) -> None:
        if not self._hub.available:
            self._lose_everything()

    def _lose_everything(self) -> None:
        """Nothing heard so far counts any more: neither what goes on nor what was told."""
        self._blur({activity.kind.place for activity in self._activities})
        self._expected.clear()
        self._told.clear()

    def _blur(self, places: set[tuple[str, int]]) -> None:
        for place in places:
            self._blurred[place] = self._hub.stream.connections

    # What happens.

    async def step(self) -> None:
        """Let one thing happen."""
        steps: tuple[tuple[Callable[[], Awaitable[None]], int], ...] = (
            (self._begin, 20),
            (self._repeat, 10),
            (self._end, 16),
            (self._end_without_data, 3),
            (self._end_what_never_began, 4),
            (self._pulse, 8),
            (self._make_noise, 6),
            (self._change_weather, 5),
            (self._break_stream, 5),
            (self._break_stream_for_long, 1),
            (self._reboot, 1),
            (self._pause, 6),
            (self.settle, 4),
        )
        [step] = self._random.choices([s for s, _ in steps], [weight for _, weight in steps])
        self.history.append(step.__name__)
        await step()

    async def _begin(self) -> None:
        kind = self._random.choice(KINDS)
        number = None
        if self._numbered and kind.channel == 0 and kind.data:
            number = self._number()
        activity = self._going(kind, number)
        if activity is None:
            activity = Activity(kind, number)
            self._activities.append(activity)
        activity.kind = grown(activity.kind, kind)
        await self._start(activity)

    def _number(self) -> int:
        self._next_number += 1
        return self._next_number - 1

    def _going(self, kind: Kind, number: int | None) -> Activity | None:
        """Return what goes on already under the same name and number."""
        for activity in self._activities:
            if (activity.kind.place, activity.kind.name, activity.number) == (
                kind.place,
                kind.name,
                number,
            ):
                return activity
        return None

    async def _repeat(self) -> None:
        if self._activities:
            await self._start(self._random.choice(self._activities))

    async def _start(self, activity: Activity) -> None:
        heard = await self._emit(activity.kind, "Start", activity.data())
        if heard:
            activity.shows |= activity.kind.shows
            self._expect(activity)

    async def _pulse(self) -> None:
        kind = self._random.choice([kind for kind in KINDS if kind.tells])
        activity = Activity(kind, self._number() if self._numbered else None)
        if await self._emit(kind, "Pulse", activity.data()):
            self._expect(activity)

    def _expect(self, activity: Activity) -> None:
        if activity.number is not None:
            self._expected.add((activity.kind.tells, activity.number))

    async def _end(self) -> None:
        if self._activities:
            activity = self._random.choice(self._activities)
            self._activities.remove(activity)
            await self._emit(activity.kind, "Stop", activity.data())

    async def _end_without_data(self) -> None:
        """Say only that something of a code has ended, and mean all of it."""
        if self._activities:
            kind = self._random.choice(self._activities).kind
            if len({a.kind.name for a in self._activities if a.kind.place == kind.place}) > 1:
                # Whose end it was, only an empty list can tell.
                self._blur({kind.place})
            self._activities = [a for a in self._activities if a.kind.place != kind.place]
            await self._emit(kind, "Stop", None)

    async def _end_what_never_began(self) -> None:
        kind = self._random.choice(KINDS)
        names = {(a.kind.place, a.kind.name) for a in self._activities}
        if (kind.place, kind.name) not in names:
            number = self._number() if self._numbered and kind.tells else None
            await self._emit(kind, "Stop", Activity(kind, number).data())

    async def _emit(self, kind: Kind, action: str, data: Mapping[str, Any] | None) -> bool:
        """Tell of something; returns whether anybody can have heard it."""
        deaf = not self._hub.stream.connected or not self._listeners()
        deliver = not (self._loses_events and self._random.random() < 0.15)
        self.history[-1] += f" {kind.place} {data} {'' if deliver and not deaf else 'unheard'}"
        await self._camera.emit(kind.code, action, kind.channel, data, deliver=deliver)
        if deaf or not deliver:
            self._blur({kind.place})
        else:
            self._in_flight.add(kind.place)
            if action == "Stop" and kind.place in self._blurred:
                # What it ends may stand for what was never heard of.
                self._blur({kind.place})
        return deliver and not deaf

    def _listeners(self) -> list[Any]:
        return [s for s in self._camera.machine.hub.streams if not s.connection.stalled]

    async def _make_noise(self) -> None:
        code, action, index, data = self._random.choice(NOISE)
        await self._camera.emit(code, action, index, data)

    async def _change_weather(self) -> None:
        """Begin or end what disturbs without losing anything."""
        name, parameters = self._random.choice(
            (
                ("split_stream", {"bytes": self._random.randint(7, 60)}),
                ("garbage_stream", {}),
                ("flood", {"events_per_second": 150.0}),
                ("clock_skew", {"seconds": self._random.choice((-86400.0, 5e6))}),
                ("slow", {"seconds": 0.15, "path": "getEventIndexes"}),
            )
        )
        self.history[-1] += f" {name}"
        if self._camera.machine.faults.active(name):
            self._camera.clear_fault(name)
        else:
            self._camera.set_fault(name, **parameters)

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.uniform(0.0, 0.15))

    # What breaks.

    async def _break_stream(self) -> None:
        """End the stream, or let it fall silent, with what is on its way."""
        fault = self._random.choice(("drop_stream", "drop_stream", "stall_stream"))
        self.history[-1] += f" {fault}"
        if self._random.random() < 0.5:
            await self._wait_until_heard()
        self._lose_what_is_in_flight()
        if fault == "stall_stream":
            self._lose_numbers()
        self._camera.set_fault(fault, once=True)

    async def _break_stream_for_long(self) -> None:
        self._lose_what_is_in_flight()
        self._camera.set_fault("drop_stream")
        for _ in range(3):
            await asyncio.sleep(_LONGER_THAN_HELD / 3)
            self.history.append("meanwhile")
            await self._random.choice((self._begin, self._end))()
        self._camera.clear_fault("drop_stream")

    async def _reboot(self) -> None:
        self._lose_what_is_in_flight()
        self._activities.clear()
        self._camera.clear_fault("stall_stream")
        half_open = self._random.random() < 0.5
        self.history[-1] += f" {half_open=}"
        warming_up = self._random.choice((0.0, 0.3))
        await self._camera.reboot(
            seconds=_LONGER_THAN_HELD, half_open=half_open, warming_up=warming_up
        )
        self._lose_everything()
        self._next_number = 1

    def _lose_what_is_in_flight(self) -> None:
        self._blur(self._in_flight)
        self._in_flight.clear()
        self._expected.clear()

    def _lose_numbers(self) -> None:
        """A silence may be a reboot, after which numbers begin anew."""
        self._expected.clear()
        self._told.clear()

    # What must follow.

    async def settle(self) -> None:
        """Wait for calm, and fail unless the sensors show what they must."""
        await self._wait_until_heard()
        try:
            async with asyncio.timeout(_SETTLE_SECONDS):
                while self._violations():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError("\n".join([*self.history, *self._violations()])) from None
        going = self._listed()
        self._blurred = {place: at for place, at in self._blurred.items() if place in going}

    async def _wait_until_heard(self) -> None:
        """Return when all that was sent before has arrived, or is known to be lost."""
        async with asyncio.timeout(_SETTLE_SECONDS):
            while True:
                self._barriers += 1
                before = self._hub.sample.counts.get(_BARRIER, 0)
                await self._camera.emit(_BARRIER, "Pulse", 0, {"Number": self._barriers})
                for _ in range(50):
                    if self._hub.sample.counts.get(_BARRIER, 0) > before:
                        break
                    await asyncio.sleep(0.01)
                else:
                    continue
                break
        if self._hub.stream.connections != self._connections:
            self._lose_what_is_in_flight()
            self._connections = self._hub.stream.connections
        self._in_flight.clear()

    def _listed(self) -> set[tuple[str, int]]:
        return {(event.code, event.index or 0) for event in self._camera.machine.hub.active()}

    def _violations(self) -> list[str]:
        """Return what is not as it must be."""
        if not self._hub.available:
            return ["unavailable on a healthy stream"]
        listed = self._listed()
        must: set[str] = set()
        may: set[str] = set()
        for activity in self._activities:
            place = activity.kind.place
            if place not in self._blurred:
                must |= activity.shows
            elif self._hub.stream.connections > self._blurred[place]:
                must |= activity.kind.implied
        for kind in KINDS:
            if kind.place in listed and kind.place in self._blurred:
                may |= kind.shows | kind.implied
        on = {key for key, each in self._entities.items() if self._is_on(each)}
        return [
            *(f"{key} is off" for key in must - on),
            *(f"{key} is on" for key in on - must - may),
            *(f"{each} was told {n} times" for each, n in self._told.items() if n > 1),
            *(f"{each} was not told" for each in self._expected - self._told.keys()),
        ]

    def _is_on(self, entity: str) -> bool:
        state = self._hass.states.get(entity)
        assert state, f"{entity} has no state"
        return state.state == STATE_ON
