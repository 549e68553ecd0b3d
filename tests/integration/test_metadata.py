"""What Home Assistant's and HACS' own validators ask of the files around the code."""

import ast
from hashlib import sha256
import re
import tomllib
from typing import Any
from urllib.parse import urlparse

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from PIL import Image
import pytest
import yaml

from custom_components.dahua_camera import PLATFORMS
from custom_components.dahua_camera.const import DOMAIN
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component
from tests.integration.source import INTEGRATION, ROOT, glue, load_json

MANIFEST = load_json(INTEGRATION / "manifest.json")
HACS = load_json(ROOT / "hacs.json")

MANIFEST_KEYS = {
    "after_dependencies",
    "bluetooth",
    "codeowners",
    "config_flow",
    "dependencies",
    "dhcp",
    "documentation",
    "domain",
    "homekit",
    "import_executor",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "loggers",
    "mqtt",
    "name",
    "quality_scale",
    "requirements",
    "single_config_entry",
    "ssdp",
    "usb",
    "version",
    "zeroconf",
}
HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}
# The first with child devices, which the sensors of one housing are.
HOME_ASSISTANT_FLOOR = AwesomeVersion("2026.9.0")

BRAND_SIZES = {
    "icon.png": (256, 256),
    "icon@2x.png": (512, 512),
    "logo.png": (512, 256),
    "logo@2x.png": (1024, 512),
}

# Of the words of the licence, so that the lines may be laid out in any way.
APACHE_2 = "0ffddef9e48f8a09aed5caf2d44f7ba1c1be2d9b8e0a6f693b1635b2d5566645"

# Components that may be imported without being depended on.
IMPORTABLE = {"homeassistant", "media_source", "repairs", "stream"} | set(Platform)


def test_manifest_has_known_keys_in_order() -> None:
    keys = list(MANIFEST)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])
    assert set(keys) <= MANIFEST_KEYS


def test_manifest_names_the_integration() -> None:
    assert MANIFEST["domain"] == DOMAIN == INTEGRATION.name
    assert MANIFEST["name"] == HACS["name"] == "Dahua Camera"
    assert MANIFEST["integration_type"] == "device"
    assert MANIFEST["iot_class"] == "local_push"
    assert MANIFEST["config_flow"] is (INTEGRATION / "config_flow.py").is_file()
    assert MANIFEST["codeowners"]
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])


@pytest.mark.parametrize("key", ["documentation", "issue_tracker"])
def test_manifest_links_lead_to_the_project(key: str) -> None:
    url = urlparse(MANIFEST[key])
    assert url.scheme == "https"
    assert url.path.startswith("/dahua-camera/dahua_camera")


def test_version_stands_in_the_manifest_and_the_changelog_tells_of_it() -> None:
    version = AwesomeVersion(
        MANIFEST["version"], ensure_strategy=[AwesomeVersionStrategy.SEMVER]
    ).string
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == "0"
    assert re.search(
        rf"^## \[.*{re.escape(version)}", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )


def test_discovery_matchers_are_well_formed() -> None:
    for matcher in MANIFEST.get("dhcp", []):
        assert matcher.keys() <= {"hostname", "macaddress", "registered_devices"}
        address = matcher.get("macaddress", "*")
        assert address == address.upper()
        assert "*" in address
        assert matcher.get("hostname", "") == matcher.get("hostname", "").lower()


async def test_home_assistant_loads_the_manifest(hass: HomeAssistant) -> None:
    integration = await async_get_integration(hass, DOMAIN)
    assert integration.version == MANIFEST["version"]
    assert integration.has_branding
    assert await integration.resolve_dependencies() is not None


def test_hacs_knows_what_is_needed() -> None:
    assert HACS.keys() <= HACS_KEYS
    assert AwesomeVersion(HACS["homeassistant"]) >= HOME_ASSISTANT_FLOOR
    assert {"codeowners", "documentation", "domain", "issue_tracker", "name", "version"} <= (
        MANIFEST.keys()
    )


def test_license_is_the_unaltered_text_of_apache_2() -> None:
    words = " ".join((ROOT / "LICENSE").read_text().split())
    assert sha256(words.encode()).hexdigest() == APACHE_2


def test_brand_pictures_are_all_there() -> None:
    assert {path.name for path in (INTEGRATION / "brand").iterdir()} == BRAND_SIZES.keys()


@pytest.mark.parametrize(("name", "size"), BRAND_SIZES.items())
def test_brand_picture_has_its_size(name: str, size: tuple[int, int]) -> None:
    with Image.open(INTEGRATION / "brand" / name) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", size)
        transparent, opaque = picture.getchannel("A").getextrema()
    assert (transparent, opaque) == (0, 255)


def test_every_platform_file_is_set_up_and_no_other() -> None:
    assert {str(platform) for platform in PLATFORMS} == glue().keys() & set(Platform)


@pytest.mark.parametrize("platform", sorted(glue().keys() & set(Platform)))
def test_platform_says_how_many_at_once(platform: str) -> None:
    names = {
        target.id
        for node in glue()[platform].body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert "PARALLEL_UPDATES" in names


def test_dependencies_are_those_that_are_imported() -> None:
    own = MANIFEST.get("dependencies", []) + MANIFEST.get("after_dependencies", [])
    allowed = IMPORTABLE | set(own) | glue().keys()
    assert {
        component
        for module in glue().values()
        for node in ast.walk(module)
        for component in imported_components(node)
    } <= allowed


def imported_components(node: ast.AST) -> list[str]:
    """Return the components of Home Assistant that a statement imports from."""
    prefix = "homeassistant.components."
    match node:
        case ast.ImportFrom(module="homeassistant.components", names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module)) if module.startswith(prefix):
            return [module.removeprefix(prefix).split(".")[0]]
        case ast.Import(names=names):
            modules = [alias.name for alias in names if alias.name.startswith(prefix)]
            return [module.removeprefix(prefix).split(".")[0] for module in modules]
    return []


async def test_actions_are_described_as_they_are_registered(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    path = INTEGRATION / "services.yaml"
    described: dict[str, Any] = yaml.safe_load(path.read_text()) if path.exists() else {}
    strings = load_json(INTEGRATION / "translations" / "en.json").get("services", {})
    icons = load_json(INTEGRATION / "icons.json").get("services", {})
    registered = hass.services.async_services_for_domain(DOMAIN)
    assert registered.keys() == described.keys() == strings.keys() == icons.keys()
    for name, action in described.items():
        fields = (action or {}).get("fields", {})
        assert fields.keys() == strings[name].get("fields", {}).keys()
