"""Dahua cameras in Home Assistant."""

from functools import partial

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
)
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from .capture_entity import forget_capture_entities
from .capture_keeping import async_start_tidying
from .capture_view import CaptureView
from .causes import find_cause
from .condition import RequestKind, condition_of, forget_condition
from .connection import create_http, create_session
from .const import DOMAIN
from .coordinator import DahuaConfigEntry, DahuaCoordinator, RuntimeData
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError, InvalidCredentialsError, RecorderError
from .detection_hub import DetectionHub
from .discovery import async_start_searching
from .following import forget_rules_that_are_gone
from .introduction import take_introduced
from .issues import Issue, withdraw, withdraw_all
from .pairing import CONF_PAIRING, pairing_of
from .problems import problem_key, problem_placeholders
from .removal import async_restore_before_removal
from .services import async_setup_services
from .spotter import Spotter
from .temporary import TemporarySettings
from .trigger_watch import TriggerWatch
from .trust import note_trust, pin_first_certificate
from .watch import Watch

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
)


CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what serves all cameras."""
    async_setup_services(hass)
    async_start_searching(hass)
    async_start_tidying(hass)
    hass.http.register_view(CaptureView)
    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, partial(_forget_if_disabled, hass))
    return True


@callback
def _forget_if_disabled(hass: HomeAssistant, _: ConfigEntryChange, entry: ConfigEntry) -> None:
    """Withdraw all that was reported of a camera that the user disables, whatever its state."""
    if entry.domain == DOMAIN and entry.disabled_by:
        forget_condition(hass, entry)
        withdraw_all(hass, entry)


async def async_setup_entry(hass: HomeAssistant, entry: DahuaConfigEntry) -> bool:
    """Set up one camera."""
    condition_of(hass, entry).give_new_chance(RequestKind.CHANGES)
    camera = await _connect(hass, entry)
    entry.async_on_unload(camera.close)
    coordinator = DahuaCoordinator(hass, entry, camera)
    await coordinator.async_config_entry_first_refresh()
    detections = DetectionHub(hass, entry, camera)
    temporary = TemporarySettings(hass, entry, camera, coordinator.show)
    spotter = None
    if pairing := pairing_of(entry.options, camera):
        spotter = Spotter(hass, entry, camera, detections, temporary, pairing=pairing)
        await spotter.album.load()
    elif CONF_PAIRING not in entry.options:
        forget_capture_entities(hass, camera.info.serial)
    entry.runtime_data = RuntimeData(
        coordinator=coordinator,
        temporary=temporary,
        detections=detections,
        spotter=spotter,
        watch=Watch(hass, entry, camera),
        device_id=_register_housing(hass, entry, camera),
    )
    forget_rules_that_are_gone(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    await coordinator.async_complete()
    coordinator.follow(detections)
    detections.start()
    entry.runtime_data.watch.start()
    await temporary.start()
    if pairing and spotter:
        spotter.start()
        TriggerWatch(entry, pairing).start()
    else:
        withdraw(hass, entry, Issue.TRIGGER)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: DahuaConfigEntry) -> None:
    """Restore what was set for a time on a camera, and forget what was kept for it."""
    await async_restore_before_removal(hass, entry)
    forget_condition(hass, entry)
    withdraw_all(hass, entry)


async def async_unload_entry(hass: HomeAssistant, entry: DahuaConfigEntry) -> bool:
    """Unload one camera; what it held open was registered with the entry."""
    # While there are entities still that tell of a last capture.
    if spotter := entry.runtime_data.spotter:
        await spotter.stop()
    if entry.disabled_by:
        await entry.runtime_data.temporary.end_for_good()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def _connect(hass: HomeAssistant, entry: DahuaConfigEntry) -> DahuaCamera:
    """Log in to a camera; what keeps it from working now may be over the next time."""
    if introduced := take_introduced(hass, entry):
        entry.async_on_unload(introduced.session.close)
        return introduced.camera
    condition = condition_of(hass, entry)
    try:
        if lock := condition.lock:
            raise lock
        await pin_first_certificate(hass, entry)
        session = create_session(entry.data)
        entry.async_on_unload(session.close)
        return await DahuaCamera.connect(create_http(session, entry.data), entry.unique_id)
    except InvalidCredentialsError as error:
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key=problem_key(error)
        ) from error
    except RecorderError as error:
        # It will be one the next time, too.
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key=problem_key(error)
        ) from error
    except DahuaError as error:
        cause = await find_cause(entry.data, error)
        condition.record(RequestKind.SETTINGS, cause)
        note_trust(hass, entry, cause)
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key=problem_key(cause),
            translation_placeholders=problem_placeholders(cause),
        ) from error


def _register_housing(hass: HomeAssistant, entry: DahuaConfigEntry, camera: DahuaCamera) -> str:
    """Register the camera's device, which the sensors' devices are parts of; return its id."""
    info, address = camera.info, camera.http.address
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        configuration_url=str(address.url("/", "")),
        connections={(dr.CONNECTION_NETWORK_MAC, info.mac)} if info.mac else set(),
        identifiers={(DOMAIN, info.serial)},
        hw_version=info.hardware,
        manufacturer=info.vendor,
        model=info.model,
        model_id=info.model_id,
        name=entry.title,
        serial_number=info.serial,
        sw_version=info.firmware,
    )
    return device.id
