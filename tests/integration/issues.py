"""Words that the tests of repair issues speak in."""

from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.issues import Issue
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.helpers import until
from tests.integration.source import INTEGRATION, load_json, placeholders
from tests.virtual_camera import VirtualCamera

STRINGS = load_json(INTEGRATION / "translations" / "en.json")["issues"]


def issue_of(hass: HomeAssistant, camera: VirtualCamera, issue: Issue) -> ir.IssueEntry | None:
    """Return an issue of the camera, with all that its words need, or None."""
    page = f"http://127.0.0.1:{camera.http_port}/"
    told = [each for (domain, _), each in ir.async_get(hass).issues.items() if domain == DOMAIN]
    of_camera = [each for each in told if each.learn_more_url == page]
    found = next((each for each in of_camera if each.translation_key == issue), None)
    if found is not None:
        given = found.translation_placeholders or {}
        assert given["name"] == "Housing"
        for text in _texts(STRINGS[found.translation_key]):
            assert placeholders(text) <= given.keys()
    return found


async def looks(entry: MockConfigEntry, times: int = 3) -> None:
    """Wait until the camera has been looked at some times more."""
    for _ in range(times):
        before = entry.runtime_data.watch._next_look
        await until(lambda before=before: entry.runtime_data.watch._next_look not in (before, None))


def _texts(tree: Any) -> list[str]:
    return [tree] if isinstance(tree, str) else [t for each in tree.values() for t in _texts(each)]
