"""What may be wrong with a camera: named faults, switched on and off while it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

type Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a fault; without a default it has to be given."""

    kind: type
    default: Any = None
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """What a fault is: its parameters, and whether it strikes or is a lasting state.

    What strikes may be meant for a single stroke.
    """

    parameters: dict[str, Parameter]
    strikes: bool


def _needed(kind: type) -> Parameter:
    return Parameter(kind, needed=True)


def _defaults(kind: type, default: Any) -> Parameter:
    return Parameter(kind, default)


def _stroke(**parameters: Parameter) -> Kind:
    return Kind(parameters, strikes=True)


def _state(**parameters: Parameter) -> Kind:
    return Kind(parameters, strikes=False)


_ONCE = {"once": _defaults(bool, False)}

KNOWN: Mapping[str, Kind] = {
    "drop_stream": _stroke(),
    "stall_stream": _stroke(),
    "split_stream": _state(bytes=_defaults(int, 20)),
    "garbage_stream": _stroke(),
    "slow": _stroke(seconds=_needed(float), path=_defaults(str, "")),
    "refuse": _stroke(
        path=_needed(str),
        status=_defaults(int, 400),
        body=_defaults(str, "Error\r\nBad Request!\r\n"),
    ),
    "connection_limit": _stroke(max=_needed(int)),
    "reject_login": _stroke(),
    "lock_account": _state(seconds=_defaults(float, 1800.0)),
    "one_shot_nonce": _state(told=_defaults(bool, True)),
    "sha256_only": _state(),
    "stale_nonce": _state(seconds=_defaults(float, 0.0), told=_defaults(bool, True)),
    "ignore_writes": _stroke(table=_defaults(str, "")),
    "stale_reads": _stroke(table=_defaults(str, "")),
    "warming_up": _state(seconds=_defaults(float, 3600.0)),
    "clock_skew": _state(seconds=_needed(float)),
    "no_rtsp": _state(),
    "reject_rtsp_login": _stroke(),
    "cgi_disabled": _state(),
    "https_only": _state(),
    "new_certificate": _state(),
    "flood": _state(events_per_second=_defaults(float, 100.0)),
}


class UnknownFaultError(KeyError):
    """There is no fault of that name."""


@dataclass(slots=True)
class Faults:
    """The faults that are on; listeners are told of each change by name."""

    _on: dict[str, Parameters] = field(default_factory=dict)
    _listeners: list[Callable[[str, Parameters | None], None]] = field(default_factory=list)

    def listen(self, listener: Callable[[str, Parameters | None], None]) -> None:
        """Have a function called with name and parameters; None when the fault is cleared."""
        self._listeners.append(listener)

    def set(self, name: str, parameters: Mapping[str, Any] | None = None) -> Parameters:
        """Switch a fault on; raises UnknownFaultError or ValueError for what does not fit."""
        if name not in KNOWN:
            raise UnknownFaultError(name)
        kind = KNOWN[name]
        checked = _checked(_ONCE | kind.parameters, dict(parameters or {}))
        if checked["once"] and not kind.strikes:
            message = f"{name} is a lasting state and cannot strike once: delete it to end it"
            raise ValueError(message)
        self._on[name] = checked
        self._tell(name, checked)
        return checked

    def clear(self, name: str) -> None:
        """Switch a fault off; one that is not on stays off."""
        if name not in KNOWN:
            raise UnknownFaultError(name)
        if self._on.pop(name, None) is not None:
            self._tell(name, None)

    def active(self, name: str) -> Parameters | None:
        """Return the parameters of a fault that is on."""
        return self._on.get(name)

    def take(
        self, name: str, matches: Callable[[Parameters], bool] = lambda _: True
    ) -> Parameters | None:
        """Return the parameters where the fault hits; one meant for a single stroke is used up."""
        parameters = self._on.get(name)
        if parameters is None or not matches(parameters):
            return None
        if parameters["once"]:
            self.clear(name)
        return parameters

    def as_dict(self) -> dict[str, Parameters]:
        """Return all that are on, for the control side."""
        return {name: dict(parameters) for name, parameters in self._on.items()}

    def _tell(self, name: str, parameters: Parameters | None) -> None:
        for listener in list(self._listeners):
            listener(name, parameters)


def _checked(known: Mapping[str, Parameter], given: Parameters) -> Parameters:
    checked: Parameters = {}
    for key, parameter in known.items():
        if key not in given and parameter.needed:
            message = f"{key} is missing"
            raise ValueError(message)
        value = given.pop(key, parameter.default)
        kinds = (int, float) if parameter.kind in (int, float) else parameter.kind
        is_bool = isinstance(value, bool)
        if is_bool is not (parameter.kind is bool) or not isinstance(value, kinds):
            message = f"{key} must be a {parameter.kind.__name__}"
            raise ValueError(message)
        checked[key] = parameter.kind(value)
    if given:
        message = f"unknown: {', '.join(sorted(given))}"
        raise ValueError(message)
    return checked
