"""What a channel is told to detect, as its tables say it."""

import pytest

from custom_components.dahua_camera.dahua.rules import parse_scenes
from custom_components.dahua_camera.dahua.tables import Node


@pytest.mark.parametrize(
    ("row", "plans"),
    [
        ({}, ()),
        ({"Scene": {"Depth": "Middle"}}, ()),
        ({"Scene": {"Type": ""}}, ()),
        ({"Scene": {"Type": "Normal"}}, ("Normal",)),
        ({"Scene": {"Type": "Normal", "TypeList": {0: "ObjectDetect"}}}, ("Normal",)),
        (
            {"Scene": {"Type": "Normal", "TypeList": {0: "ObjectDetect", 1: "Normal"}}},
            ("ObjectDetect", "Normal"),
        ),
        ({"Scene": {"Type": "", "TypeList": {0: "Normal"}}}, ("Normal",)),
        ({"Scene": {"TypeList": {0: "Normal", 1: "", 2: "Normal"}}}, ("Normal",)),
    ],
)
def test_type_decides_which_smart_plans_run(row: Node, plans: tuple[str, ...]) -> None:
    assert parse_scenes(row) == plans
