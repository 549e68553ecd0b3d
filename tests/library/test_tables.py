"""The table codec: what the camera sends becomes nested values, and back into queries."""

from contextlib import suppress

from hypothesis import given, strategies as st
import pytest

from custom_components.dahua_camera.dahua.errors import MalformedResponseError, NotSupportedError
from custom_components.dahua_camera.dahua.tables import (
    boolean,
    child,
    get_config_query,
    integer,
    leaf,
    parse_lines,
    parse_tables,
    rows,
    set_config_query,
    table_of,
    text,
)

ANSWER = (
    "table.Lighting_V2[0][1][0].LightType=InfraredLight\r\n"
    "table.Lighting_V2[0][1][0].MiddleLight[0].Light=40\r\n"
    "table.Lighting_V2[0][1][1].Mode=Off\r\n"
    "table.ChannelTitle[1].Name=a=b; c\r\n"
)


def test_lines_become_nested_values() -> None:
    assert parse_tables(ANSWER) == {
        "Lighting_V2": {
            0: {
                1: {
                    0: {"LightType": "InfraredLight", "MiddleLight": {0: {"Light": "40"}}},
                    1: {"Mode": "Off"},
                }
            }
        },
        "ChannelTitle": {1: {"Name": "a=b; c"}},
    }


def test_prefix_is_optional_and_other_lines_are_dropped() -> None:
    assert parse_tables("General.MachineName=x\nnonsense\n\n") == {"General": {"MachineName": "x"}}


def test_absent_part_among_others_is_left_out() -> None:
    answer = "Error: Error -1 getting param in name=Lighting[0][0]\r\ntable.A.b=1\r\n"
    assert parse_tables(answer) == {"A": {"b": "1"}}


def test_answer_of_nothing_but_absent_parts_is_not_supported() -> None:
    with pytest.raises(NotSupportedError):
        parse_tables("Error: Error -1 getting param in name=Lighting[0][0]\r\n")


@pytest.mark.parametrize("answer", ["", "\r\n", "OK", "<html></html>"])
def test_answer_without_tables_is_malformed(answer: str) -> None:
    with pytest.raises(MalformedResponseError):
        parse_tables(answer)


@given(st.text(max_size=300))
def test_any_text_is_parsed_or_refused(answer: str) -> None:
    with suppress(MalformedResponseError, NotSupportedError):
        parse_tables(answer)


@given(st.dictionaries(st.integers(0, 20), st.text("abc=;[]. ", max_size=8), min_size=1))
def test_values_survive(values: dict[int, str]) -> None:
    answer = "".join(f"table.T[{index}].Key={value}\r\n" for index, value in values.items())
    tables = parse_tables(answer)
    for index, value in values.items():
        assert leaf(tables, f"T[{index}].Key") == value


def test_deep_nesting_is_noise() -> None:
    deep = ".".join("x" * 1000)
    assert parse_tables(f"table.{deep}=1\r\ntable.A.b=2\r\n") == {"A": {"b": "2"}}


def test_leaves_are_read_with_their_types() -> None:
    node = parse_tables("t.a=true\nt.b=0\nt.c=0.9\nt.d=word\nt.e=inf\nt.f=1e400\n")["t"]
    assert isinstance(node, dict)
    assert boolean(node, "a")
    assert not boolean(node, "b", default=True)
    assert boolean(node, "d", default=True)
    assert integer(node, "c") == 0
    assert integer(node, "d", 7) == 7
    assert integer(node, "e", 7) == 7
    assert integer(node, "f", 7) == 7
    assert integer(node, "absent", 7) == 7
    assert text(node, "absent", "x") == "x"


def test_walking_past_the_end_finds_nothing() -> None:
    tables = parse_tables(ANSWER)
    assert child(tables, "Lighting_V2", 9, 9) == {}
    assert child(tables, "ChannelTitle", 1, "Name", "deeper") == {}
    assert child(None, "x") == {}
    assert leaf(tables, "Lighting_V2[0][1]") is None
    assert leaf(tables, "No.Such[3].Key") is None


def test_rows_come_in_the_order_of_their_numbers() -> None:
    tables = parse_tables("t[10].a=1\nt[2].a=1\nt.name=x\nt[3]=leaf\n")
    assert [index for index, _ in rows(child(tables, "t"))] == [2, 10]


def test_queries_are_encoded_as_the_camera_decodes_them() -> None:
    assert get_config_query("Lighting_V2[0]", "A B") == (
        "action=getConfig&name=Lighting_V2[0]&name=A%20B"
    )
    assert set_config_query({"T[0].Name": "50% #1 + ü", "T[0].Mode": "Off"}) == (
        "action=setConfig&T[0].Name=50%25%20%231%20%2B%20%C3%BC&T[0].Mode=Off"
    )


def test_empty_value_is_sent_as_a_space_or_the_camera_ignores_it() -> None:
    assert set_config_query({"T.Name": ""}) == "action=setConfig&T.Name=%20"


@pytest.mark.parametrize("writes", [{"T.Name": "a&b"}, {"T&x": "1"}])
def test_ampersand_cannot_be_stored(writes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="&"):
        set_config_query(writes)


def test_table_of_a_key() -> None:
    assert table_of("Lighting_V2[0][1][0].Mode") == "Lighting_V2"


def test_pairs_are_split_at_the_first_equals_sign() -> None:
    assert dict(parse_lines("a=b=c\r\n =x\nplain")) == {"a": "b=c", "": "x"}
