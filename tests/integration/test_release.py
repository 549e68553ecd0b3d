"""The release: its steps are run as the workflow runs them, and give what HACS unpacks."""

from io import BytesIO
import os
from pathlib import Path
import subprocess
from zipfile import ZipFile

import pytest
import yaml

from tests.integration.source import INTEGRATION, ROOT, load_json

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
STEPS = {step.get("name"): step.get("run") for step in WORKFLOW["jobs"]["zip"]["steps"]}
HACS = load_json(ROOT / "hacs.json")
VERSION = load_json(INTEGRATION / "manifest.json")["version"]
TOP = {
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "custom_components",
    "hacs.json",
    "pyproject.toml",
    "scripts",
    "tests",
    "uv.lock",
}


def execute(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the system in a folder."""
    return subprocess.run(  # noqa: S603 - the commands are the project's own
        command,
        cwd=folder,
        env={"PATH": os.defpath} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def git(*arguments: str, folder: Path = ROOT) -> str:
    """Return what git prints."""
    ended = execute("git", *arguments, folder=folder)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def run(step: str, folder: Path, tag: str) -> int:
    """Run a step of the workflow in a checkout; return its exit code."""
    return execute("bash", "-e", "-c", STEPS[step], folder=folder, TAG=tag).returncode


def test_nothing_else_lies_at_the_top() -> None:
    top = {name.split("/")[0] for name in git("ls-files").splitlines()}
    assert {name for name in top if not name.startswith(".")} == TOP


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone of what is committed."""
    folder = tmp_path / "checkout"
    git("clone", "--quiet", "--no-local", "--depth", "1", ROOT.as_uri(), str(folder))
    return folder


def test_zip_holds_the_integration_and_nothing_else(checkout: Path) -> None:
    assert run("Pack what HACS unpacks into custom_components/dahua_camera", checkout, "") == 0
    packed = ZipFile(BytesIO((checkout / HACS["filename"]).read_bytes()))
    files = {name for name in packed.namelist() if not name.endswith("/")}
    committed = git("ls-files", "custom_components/dahua_camera", folder=checkout).split()
    assert files == {name.removeprefix("custom_components/dahua_camera/") for name in committed}
    assert "manifest.json" in files
    assert HACS["zip_release"] is True


@pytest.mark.parametrize(("tag", "code"), [(f"v{VERSION}", 0), (VERSION, 1), ("v99.0.0", 1)])
def test_tag_that_differs_from_the_manifest_stops_the_release(
    checkout: Path, tag: str, code: int
) -> None:
    assert run("Compare the tag with the version in the manifest", checkout, tag) == code
