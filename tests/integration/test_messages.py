"""Whatever goes wrong is told in words: in exceptions, in forms and where a flow ends."""

import ast
from collections.abc import Iterator
from datetime import timedelta

import pytest

from custom_components.dahua_camera.dahua.errors import (
    AccountLockedError,
    AnotherCameraError,
    CertificateChangedError,
    DahuaError,
    HttpsRequiredError,
    InvalidCredentialsError,
    Obstacle,
    RedirectedError,
    WriteNotAppliedError,
)
from custom_components.dahua_camera.problems import problem_key, problem_placeholders
from tests.integration.source import (
    INTEGRATION,
    called,
    glue,
    is_error,
    keyword,
    library,
    literal,
    load_json,
    placeholders,
)

STRINGS = load_json(INTEGRATION / "translations" / "en.json")

# What the flow's own helpers abort with, where they are called without a reason.
ABORTS = {
    "_abort_if_unique_id_configured": "already_configured",
    "_async_abort_entries_match": "already_configured",
    "_abort_if_unique_id_mismatch": "unique_id_mismatch",
    "async_abort": None,
}

# Errors that hold more than a text.
MADE: dict[str, list[DahuaError]] = {
    "AnotherCameraError": [AnotherCameraError("192.0.2.1")],
    "AccountLockedError": [
        AccountLockedError("locked"),
        AccountLockedError("locked", timedelta(minutes=5)),
    ],
    "CertificateChangedError": [CertificateChangedError("ab" * 32, "cd" * 32)],
    "HttpsRequiredError": [HttpsRequiredError(443)],
    "RedirectedError": [RedirectedError("http://192.0.2.1/")],
}

# A command is never sent from a form, and a form asks whatever camera answers.
NEVER_IN_FORMS = (WriteNotAppliedError, AnotherCameraError)


def name_of(kind: type[DahuaError]) -> str:
    """Return the name of a kind of error."""
    return kind.__name__


def problems() -> list[type[DahuaError]]:
    """Return every kind of error that the library raises, without the mere bases of others."""

    def below(kind: type[DahuaError]) -> Iterator[type[DahuaError]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    made = {
        called(node)
        for module in library().values()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
    }
    kinds = set(below(DahuaError))
    return sorted(
        (kind for kind in kinds if not kind.__subclasses__() or name_of(kind) in made), key=name_of
    )


def samples(kind: type[DahuaError]) -> list[DahuaError]:
    """Return errors of a kind, one for each way in which it is told."""
    if issubclass(kind, WriteNotAppliedError):
        return [kind(obstacle, "Table[0].Key") for obstacle in Obstacle]
    if made := MADE.get(name_of(kind)):
        return made
    return [kind.__new__(kind)]


def keys_of(kind: type[DahuaError]) -> set[str]:
    """Return the translation keys of a kind of error."""
    return {problem_key(error) for error in samples(kind)}


def home_assistant_errors() -> Iterator[tuple[str, ast.Call]]:
    """Return every error of Home Assistant that the glue makes, with its file."""
    for name, module in glue().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and is_error(name, node):
                yield name, node


def test_every_error_has_words() -> None:
    assert list(home_assistant_errors())
    for name, error in home_assistant_errors():
        where = f"{name}.py:{error.lineno}"
        assert ast.unparse(keyword(error, "translation_domain") or ast.Constant(None)) == "DOMAIN"
        key = keyword(error, "translation_key")
        given = keyword(error, "translation_placeholders")
        names = {
            literal(each) for each in (given.keys if isinstance(given, ast.Dict) else ()) if each
        }
        if spelled := literal(key):
            assert placeholders(STRINGS["exceptions"][spelled]["message"]) == names, where
        else:
            assert isinstance(key, ast.Call), where
            assert called(key) == "problem_key", where


def test_exceptions_are_those_that_are_raised() -> None:
    spelled = {literal(keyword(error, "translation_key")) for _, error in home_assistant_errors()}
    known = {key for kind in problems() for key in keys_of(kind)}
    assert STRINGS["exceptions"].keys() == spelled - {None} | known


@pytest.mark.parametrize("kind", problems())
def test_error_of_the_library_has_words(kind: type[DahuaError]) -> None:
    for error in samples(kind):
        key = problem_key(error)
        assert (key in STRINGS["config"]["error"]) is not isinstance(error, NEVER_IN_FORMS)
        # A refused login is told without details, so that none can be of the password.
        allowed = (
            set() if isinstance(error, InvalidCredentialsError) else problem_placeholders(error)
        )
        assert placeholders(STRINGS["exceptions"][key]["message"]) <= set(allowed)
        assert placeholders(STRINGS["config"]["error"].get(key, "")) <= set(allowed)


def test_errors_of_the_forms_are_those_that_are_shown() -> None:
    nodes = [node for name in ("config_flow", "forms") for node in ast.walk(glue()[name])]
    asked = (kind for kind in problems() if not issubclass(kind, NEVER_IN_FORMS))
    shown = {key for kind in asked for key in keys_of(kind)}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="errors"))], value=value):
                shown.add(literal(value) or "")
            case ast.Dict(
                keys=[ast.Constant(value="base") | ast.Name(id="CONF_HOST")], values=[value]
            ):
                shown.add(literal(value) or "")
    assert STRINGS["config"]["error"].keys() == shown - {""}


def test_reasons_to_abort_are_those_that_are_given() -> None:
    given = {
        literal(keyword(node, "reason")) or ABORTS[called(node)]
        for name in ("config_flow", "discovered_camera_flow")
        for node in ast.walk(glue()[name])
        if isinstance(node, ast.Call) and called(node) in ABORTS
    }
    # Another flow is ended without a word.
    assert STRINGS["config"]["abort"].keys() == given - {None}
