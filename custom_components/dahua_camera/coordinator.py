"""The one holder of what is known of a camera, and what belongs to one loaded entry."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .condition import RequestKind, condition_of
from .const import DOMAIN, LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import (
    AnotherCameraError,
    DahuaError,
    InvalidCredentialsError,
    PermissionDeniedError,
)
from .dahua.state import CameraState
from .dahua.topics import Shown, Topic
from .detection_hub import DetectionHub
from .problems import problem_key, problem_placeholders
from .spotter import Spotter
from .temporary import TemporarySettings
from .trust import note_trust
from .watch import Watch

# Events are pushed; what is polled changes when somebody sits at the camera's settings.
POLL_INTERVAL = timedelta(seconds=60)
# A dozen connections a minute leave some cameras without any after days.
SPARING_POLL_INTERVAL = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class RuntimeData:
    """What lives as long as an entry is loaded."""

    coordinator: DahuaCoordinator
    detections: DetectionHub
    watch: Watch
    temporary: TemporarySettings
    spotter: Spotter | None
    """What pairs two sensors, where the owner wants that."""
    device_id: str
    """The housing's device, parent of the sensors'."""


type DahuaConfigEntry = ConfigEntry[RuntimeData]


class DahuaCoordinator(DataUpdateCoordinator[CameraState]):
    """Polls what the camera is set to; takes over what a command read back."""

    config_entry: DahuaConfigEntry

    def __init__(self, hass: HomeAssistant, entry: DahuaConfigEntry, camera: DahuaCamera) -> None:
        """Set up the poll of one camera."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} {entry.title}",
            update_interval=POLL_INTERVAL,
            always_update=False,
        )
        self.camera = camera
        self._condition = condition_of(hass, entry)
        self.last_duration = 0.0
        """How many seconds the last poll took."""
        self.last_error: str | None = None
        """What the last poll that failed failed of; it may have been long ago."""
        self._profile_change: CALLBACK_TYPE | None = None
        entry.async_on_unload(self._forget_profile_change)
        camera.on_change = self.show

    @callback
    def show(self) -> None:
        """Take over what the camera told outside of a poll: after a command, from a motor."""
        self.data = self.camera.state
        self._show_at_profile_change()
        self.async_update_listeners()

    @callback
    def follow(self, detections: DetectionHub) -> None:
        """Have the detections follow what is switched on and off.

        As soon as events are back after an absence it is polled, rather than up to a minute later.
        """
        entry = self.config_entry
        entry.async_on_unload(
            self.async_add_listener(detections.follow_settings, Shown(Topic.DETECTION))
        )

        @callback
        def poll_if_back() -> None:
            if detections.available and self.camera.is_doubted:
                entry.async_create_background_task(
                    self.hass, self.async_request_refresh(), f"poll of {entry.title}"
                )

        entry.async_on_unload(detections.listen_for_availability(poll_if_back))

    async def async_complete(self) -> None:
        """Read what the entities show besides what set-up has read, now that they are there."""
        # What is wrong with the camera, the next poll says.
        with suppress(DahuaError):
            await self.camera.read_besides(set(self.async_contexts()))
        self.show()

    @override
    async def _async_update_data(self) -> CameraState:
        start = monotonic()
        try:
            state = await self.camera.read(set(self.async_contexts()))
        except DahuaError as error:
            self.last_error = problem_key(error)
            if isinstance(error, InvalidCredentialsError):
                raise ConfigEntryAuthFailed(
                    translation_domain=DOMAIN, translation_key=problem_key(error)
                ) from error
            self._condition.record(RequestKind.SETTINGS, error)
            note_trust(self.hass, self.config_entry, error)
            if isinstance(error, AnotherCameraError):
                self._set_up_anew()
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key=problem_key(error),
                translation_placeholders=problem_placeholders(error),
            ) from error
        finally:
            self.last_duration = monotonic() - start
        denied = ", ".join(sorted(self.camera.denied))
        refusal = PermissionDeniedError(denied) if denied else None
        self._condition.record(RequestKind.SETTINGS, refusal)
        note_trust(self.hass, self.config_entry, None)
        self.update_interval = SPARING_POLL_INTERVAL if self.camera.is_costly else POLL_INTERVAL
        self._show_at_profile_change()
        if self.camera.has_new_firmware:
            LOGGER.info("%s: firmware changed, reloading", self.config_entry.title)
            self._set_up_anew()
        return state

    @callback
    def _show_at_profile_change(self) -> None:
        """Show what a schedule brings when it does, rather than up to a minute later."""
        self._forget_profile_change()
        if wait := self.camera.until_profile_change():
            self._profile_change = async_call_later(self.hass, wait, self._handle_profile_change)

    @callback
    def _handle_profile_change(self, _: datetime) -> None:
        self._profile_change = None
        self.show()

    @callback
    def _forget_profile_change(self) -> None:
        if self._profile_change is not None:
            self._profile_change()
            self._profile_change = None

    @callback
    def _set_up_anew(self) -> None:
        """Find out again what the camera is: it is not the one that it was."""
        self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
