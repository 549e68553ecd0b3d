"""What the benchmarks print: programs read the JSON, people the table."""

import json

import pytest

from tests.benchmarks.measure import Aim, Row
from tests.benchmarks.report import as_json, as_table, circumstances

ROWS = [
    Row("poll", "CPU", 3.0, "ms", "floor", 2.0, Aim(2, of="ratio")),
    Row("parser", "events", 90_000.0, "events/s", "amcrest", 45_000.0, Aim(3, "ratio", least=True)),
    Row("poll", "refused", 0, "requests", aim=Aim(0)),
    Row("poll", "bytes", 39.95, "kB"),
]


def test_aims_are_met_or_missed() -> None:
    assert [row.met for row in ROWS] == [True, False, True, None]
    assert [row.ratio for row in ROWS] == [1.5, 2.0, None, None]


@pytest.mark.parametrize("row", ROWS)
def test_json_has_the_same_keys_whatever_is_known(row: Row) -> None:
    keys = {"subject", "measure", "unit", "ours", "beside", "theirs", "ratio", "aim", "met"}
    assert row.as_dict().keys() == keys


def test_json_tells_where_and_with_what_it_was_measured() -> None:
    told = json.loads(as_json(circumstances(), ROWS))
    assert told.keys() == {"date", "versions", "machine", "results"}
    assert {"dahua-camera", "python", "homeassistant", "amcrest"} <= told["versions"].keys()
    assert told["results"][1]["aim"] == {"of": "ratio", "at_least": 3}


def test_table_shows_every_result_on_a_line() -> None:
    lines = as_table(circumstances(), ROWS).splitlines()
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    assert table[0] == ["subject", "measure", "ours", "beside", "ratio", "aim", ""]
    assert table[2] == ["poll", "CPU", "3 ms", "2: floor", "1.50 ×", "≤ 2 ×", "met"]
    assert table[3][-1] == "missed"
    assert len(table) == 2 + len(ROWS)
