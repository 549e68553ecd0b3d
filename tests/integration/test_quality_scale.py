"""The quality scale: every rule is judged, and nothing is claimed that is not there."""

import ast

import pytest
import yaml

from tests.integration.source import INTEGRATION, glue

RULES = {
    # Bronze
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow",
    "config-flow-test-coverage",
    "dependency-transparency",
    "docs-actions",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "docs-triggers",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
    # Silver
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
    # Gold
    "devices",
    "diagnostics",
    "discovery",
    "discovery-update-info",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
    # Platinum
    "async-dependency",
    "inject-websession",
    "strict-typing",
}
QUALITY = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]


def status(rule: str) -> str:
    """Return the status of a rule, whether or not it comes with a comment."""
    entry = QUALITY[rule]
    return str(entry["status"] if isinstance(entry, dict) else entry)


def test_quality_scale_judges_every_rule() -> None:
    assert len(RULES) == 54
    assert QUALITY.keys() == RULES


@pytest.mark.parametrize("rule", sorted(QUALITY))
def test_quality_scale_says_why_a_rule_does_not_apply(rule: str) -> None:
    assert status(rule) in {"done", "exempt", "todo"}
    if status(rule) == "exempt":
        assert QUALITY[rule]["comment"].strip()


@pytest.mark.parametrize(
    ("rule", "evidence"),
    [
        ("action-setup", "services.py"),
        ("brands", "brand/icon.png"),
        ("common-modules", "coordinator.py"),
        ("common-modules", "entity.py"),
        ("config-flow", "config_flow.py"),
        ("diagnostics", "diagnostics.py"),
        ("icon-translations", "icons.json"),
        ("strict-typing", "dahua/py.typed"),
    ],
)
def test_quality_scale_claims_no_missing_file(rule: str, evidence: str) -> None:
    assert status(rule) != "done" or (INTEGRATION / evidence).is_file()


@pytest.mark.parametrize(
    ("rule", "step"),
    [
        ("discovery-update-info", "async_step_dhcp"),
        ("reauthentication-flow", "async_step_reauth"),
        ("reconfiguration-flow", "async_step_reconfigure"),
    ],
)
def test_quality_scale_claims_no_missing_step(rule: str, step: str) -> None:
    steps = {
        node.name
        for name in ("config_flow", "discovered_camera_flow")
        for node in ast.walk(glue()[name])
        if isinstance(node, ast.AsyncFunctionDef)
    }
    assert status(rule) != "done" or step in steps
