"""What starts captures, and whether the camera still has it."""

from homeassistant.core import callback

from .coordinator import DahuaConfigEntry
from .dahua.channel import Channel
from .dahua.detections import region_key
from .dahua.topics import Shown, Topic
from .issues import Issue, report, withdraw
from .pairing import Pairing, triggers

# Where the camera tells of it, by the kind of trigger.
_TOPICS = {"motion": Topic.MOTION, "region": Topic.MOTION, "rule": Topic.RULES}


class TriggerWatch:
    """Tells when nothing can start a capture any more because it was deleted on the camera.

    What is only switched off is shown by a switch, and what the camera has never told of may well
    be there.
    """

    def __init__(self, entry: DahuaConfigEntry, pairing: Pairing) -> None:
        """Watch over what starts the captures of a camera."""
        self._entry = entry
        self._coordinator = entry.runtime_data.coordinator
        self._pairing = pairing
        self._topic = _TOPICS[pairing.trigger.partition("_")[0]]
        self._name = pairing.trigger_name

    @callback
    def start(self) -> None:
        """Look at each poll until the entry is unloaded."""
        self._entry.async_on_unload(
            self._coordinator.async_add_listener(self._look, Shown(Topic.DETECTION))
        )
        self._look()

    @callback
    def _look(self) -> None:
        hass, camera = self._coordinator.hass, self._coordinator.camera
        if not camera.has_told(self._topic):
            return
        present = _present(camera.channel(self._pairing.spotter))
        name = present.get(self._pairing.trigger)
        if name is None:
            report(hass, self._entry, Issue.TRIGGER, {"trigger": self._name})
        else:
            self._name = name or self._name
            withdraw(hass, self._entry, Issue.TRIGGER)


def _present(spotter: Channel) -> dict[str, str]:
    """Return what can start a capture: the last region that is left is not on offer, but does."""
    motion = spotter.state.motion
    regions = motion.regions if motion else ()
    return {region_key(region.id): region.name for region in regions} | triggers(spotter)
