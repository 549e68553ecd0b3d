"""Storage of which a camera tells numbers that are none."""

import pytest

from custom_components.dahua_camera.dahua.storage import parse_storage


@pytest.mark.parametrize("number", ["", "many", "nan", "inf"])
def test_number_that_is_none_counts_nothing(number: str) -> None:
    device = "list.info[0].Detail[0]"
    told = parse_storage({f"{device}.TotalBytes": number, f"{device}.UsedBytes": "1048576.000000"})
    assert (told.total, told.used) == (0, 1_048_576)
