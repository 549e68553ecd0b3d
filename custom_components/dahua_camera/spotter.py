"""Two sensors that work as one: one spots a passer-by, the other identifies them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .capture import Capture, CaptureFacts, Role, new_capture_id
from .capture_album import CaptureAlbum
from .capture_pictures import CapturePictures
from .const import LOGGER
from .dahua.camera import DahuaCamera
from .dahua.detections import MOTION, Detection
from .dahua.errors import DahuaError
from .dahua.passage import Fact, Findings
from .dahua.spotting import Begun, Completed, Recognized, SpottingTracker, Step
from .detection_hub import DetectionHub
from .empty_scene import EmptyScene
from .pairing import Pairing
from .preparation import Preparation
from .temporary import Purpose, TemporarySettings

# An entry that is unloaded does not wait longer for what can be put back at the next start.
_LAST_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class _Making:
    """A capture that is being made."""

    spotted_at: datetime
    pictures: CapturePictures


class Spotter:
    """Makes captures for as long as the entry is loaded."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        camera: DahuaCamera,
        detections: DetectionHub,
        temporary: TemporarySettings,
        *,
        pairing: Pairing,
    ) -> None:
        """Prepare to pair two sensors."""
        self.album = CaptureAlbum(hass, entry, pairing.limits)
        self._hass = hass
        self._entry = entry
        self._camera = camera
        self._detections = detections
        self._temporary = temporary
        self._pairing = pairing
        self._tracker = SpottingTracker(pairing.timing)
        self._empty_scene = EmptyScene(hass, entry, camera, pairing.spotter)
        self._making: dict[int, _Making] = {}
        self._finishing: set[asyncio.Task[None]] = set()
        self._showing = asyncio.Lock()
        self._deadline: asyncio.TimerHandle | None = None
        self._triggered: bool | None = None
        self._moving = False
        self._subscriptions: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> None:
        """Wait for somebody to be spotted."""
        spotter, identifier = self._pairing.spotter, self._pairing.identifier
        detections = self._detections
        self._subscriptions = [
            # Mostly they are one and the same.
            *(detections.listen(each, self._look) for each in {self._trigger, self._motion}),
            detections.listen_for_availability(self._look),
            detections.listen_for_sightings(identifier, self._hear),
            detections.listen_for_plates(identifier, self._hear),
        ]
        # Before Home Assistant, as it stops, cancels what is still being taken and kept.
        self._entry.async_on_unload(self._hass.async_add_shutdown_job(HassJob(self.stop)))
        # What a capture that was cut off by a restart has left behind.
        self._put_back()
        # The events may have been there before us.
        self._look()
        LOGGER.debug("%s: channel %d spots for channel %d", self._entry.title, spotter, identifier)

    async def stop(self) -> None:
        """Spot nobody any more; leave the identifier as it was if the camera lets that be.

        A capture in the making is kept and told of with what is known so far.
        """
        while self._subscriptions:
            self._subscriptions.pop()()
        self._empty_scene.disturb()
        self._follow(self._tracker.conclude(self._hass.loop.time()))
        try:
            async with asyncio.timeout(_LAST_TIMEOUT):
                if self._finishing:
                    await asyncio.wait(self._finishing)
                await self._temporary.end(self._pairing.identifier, Purpose.CAPTURE)
        except TimeoutError:
            LOGGER.debug(
                "%s: temporary settings will be restored at the next start", self._entry.title
            )

    @property
    def _trigger(self) -> Detection:
        return Detection(self._pairing.spotter, self._pairing.trigger)

    @property
    def _motion(self) -> Detection:
        return Detection(self._pairing.spotter, MOTION)

    # What is seen.

    @callback
    def _look(self) -> None:
        """Compare what the spotter sees with what it saw; without events nothing is known."""
        if not self._detections.available:
            self._empty_scene.disturb()
            return
        now = self._hass.loop.time()
        was_triggered, was_moving = self._triggered, self._moving
        self._triggered = self._detections.is_on(self._trigger)
        self._moving = self._triggered or self._detections.is_on(self._motion)
        if self._triggered and was_triggered is None:
            # Somebody who is there from the start was not spotted now, but others may follow them.
            self._tracker.join()
        elif self._triggered and not was_triggered:
            self._follow(self._tracker.spot(now, self._rule_name()))
        elif was_moving and not self._moving:
            self._follow(self._tracker.calm(now))
        if self._moving:
            self._empty_scene.disturb()
        else:
            self._empty_scene.settle()

    def _rule_name(self) -> str | None:
        """Return the name of the rule that starts captures, if one does."""
        channel = self._camera.channel(self._pairing.spotter)
        kind, _, number = self._pairing.trigger.partition("_")
        rule = channel.rule(int(number)) if kind == "rule" else None
        return rule.name if rule else None

    @callback
    def _hear(self, fact: Fact) -> None:
        self._follow(self._tracker.hear(fact, self._hass.loop.time()))

    @callback
    def _follow(self, steps: list[Step]) -> None:
        for step in steps:
            match step:
                case Begun(number):
                    self._begin(number)
                case Recognized(number):
                    self._making[number].pictures.take(self._pairing.identifier)
                case Completed(number, findings):
                    task = self._entry.async_create_background_task(
                        self._hass,
                        self._finish(self._making.pop(number), findings),
                        f"capture of {self._entry.title}",
                    )
                    self._finishing.add(task)
                    task.add_done_callback(self._finishing.discard)
        self._schedule()

    @callback
    def _schedule(self) -> None:
        """Wake up when nothing more is expected of the capture that is being made."""
        self._cancel_deadline()
        if (deadline := self._tracker.next_deadline()) is not None:
            self._deadline = self._hass.loop.call_at(deadline, self._advance)

    @callback
    def _advance(self) -> None:
        self._deadline = None
        self._follow(self._tracker.advance(self._hass.loop.time()))

    @callback
    def _cancel_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    # What is made of it.

    @callback
    def _begin(self, number: int) -> None:
        pictures = CapturePictures(self._hass, self._entry, self._camera)
        pictures.take(self._pairing.spotter, self._pairing.identifier)
        self._making[number] = _Making(dt_util.utcnow(), pictures)
        if self._pairing.preparation != Preparation():
            self._entry.async_create_background_task(
                self._hass, self._prepare(), f"preparation of {self._entry.title}"
            )

    async def _prepare(self) -> None:
        pairing = self._pairing
        if not self._subscriptions:
            return
        try:
            await self._temporary.hold(
                pairing.identifier,
                Purpose.CAPTURE,
                pairing.preparation,
                pairing.longest_preparation,
            )
        except DahuaError as error:
            LOGGER.debug("%s: could not prepare for a capture: %s", self._entry.title, error)

    @callback
    def _put_back(self) -> None:
        """End the preparation, unless somebody else is being captured already."""
        if not self._tracker.is_open:
            self._entry.async_create_background_task(
                self._hass,
                self._temporary.end(self._pairing.identifier, Purpose.CAPTURE),
                f"end of the preparation of {self._entry.title}",
            )

    async def _finish(self, making: _Making, findings: Findings) -> None:
        """Keep and show a capture once its pictures are there; one after the other."""
        pairing, pictures = self._pairing, making.pictures
        async with self._showing:
            await pictures.settled()
            self._put_back()
            spotted = pictures.of(pairing.spotter)
            seen = await self._empty_scene.color_of(spotted) if findings.is_vehicle else None
            facts = _facts(making.spotted_at, findings, seen)
            capture = Capture(
                facts=facts,
                spotter_picture=spotted,
                identifier_picture=pictures.of(pairing.identifier),
            )
            await self.album.add(capture)


def _facts(spotted_at: datetime, findings: Findings, seen: str | None) -> CaptureFacts:
    """Return what is known of a capture; the spotter sees colours when the identifier may not."""
    told: Role | None = "identifier" if findings.color else None
    seconds = findings.seconds_to_identification
    return CaptureFacts(
        id=new_capture_id(spotted_at),
        spotted_at=spotted_at,
        type=findings.type,
        plate=findings.plate,
        color=seen or findings.color,
        color_from="spotter" if seen else told,
        vehicle_type=findings.vehicle_type,
        make=findings.make,
        direction=findings.direction,
        speed=findings.speed,
        rules=findings.rules,
        seconds_to_identification=None if seconds is None else round(seconds, 2),
    )
