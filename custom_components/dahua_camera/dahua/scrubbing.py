"""A camera's own words without anybody's secrets, fit to be shown to strangers.

What a table or an answer says is kept as far as it is a number or a single word under a key
that tells nothing of people and places. Events tell most, so there a text is kept under the
few keys only whose words are the vendor's. What holds tables and events together keeps doing
so: names and addresses become others, the same ones everywhere.
"""

from collections.abc import Callable, Mapping
import re
from typing import Any

from .pseudonyms import REDACTED, SERIAL, Pseudonyms

type Answers = Mapping[str, Mapping[str, str] | None]

_LEAF = re.compile(r"([^.\[\]]+)(?:\[\d+\])*$")
_WORD = re.compile(r"[A-Za-z_][\w.+-]{0,39}", re.ASCII)
_HARMLESS = re.compile(
    r"""
      -?\d+(?:\.\d+)?                          # a number
    | \d+[x*]\d+ | \d{3,4}[NP]                  # a resolution
    | \d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d          # a moment
    | (?:\d+\ )?(?:\d\d?:\d\d:\d\d-?){2}(?:\ [A-Za-z]\w{0,31})?  # a part of the day
    | (?!(?:\D*\d){7})[A-Za-z][\w.+-]{0,39}    # a word with few digits
    | 192\.0\.2\.\d+ | (?:[0-9a-f]{2}:){5}[0-9a-f]{2}  # an address in the place of another
    """,
    re.VERBOSE | re.ASCII,
)
_TRUTHS = frozenset({"true", "false"})

# Answers that tell what a camera or its firmware is: nobody's secret although it may look so.
_MODEL_KEYS = frozenset(
    {
        "class",
        "devicetype",
        "hardwareversion",
        "processor",
        "type",
        "updateserial",
        "vendor",
        "version",
    }
)
# Keys that tell of people, places and secrets, numbers included.
_TELLING_KEY = re.compile(
    r"""
      (?<!resolution)name\d*$ | user | account | owner | employee | person | candidate
    | passw | pass$ | passphrase | pwd | psk | secret | token | keys?$ | credential | certificate
    | card(?:no|id|number) | sn$ | serial | uuid | guid | mac$ | addr | host | domain | gateway
    | dns | ssid | ^machine | mail | url | uri$ | path | (?<!pro)file | (?<!micro)phone | mobile
    | gps | latitude | longitude | location | ^city$ | street | plate(?:no|num|number)?$
    | text$ | title$ | remark | comment | memo$ | desc(?:ription)?$
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What is below them describes somebody, except where in the picture that is.
_PEOPLE_KEY = re.compile(r"person|candidate|^faces?$|attribut|certificate|feature", re.IGNORECASE)
_PEOPLE_ATTRIBUTE = re.compile(
    r"^(?:age|sex|gender|emotion|glass(?:es)?|mask|beard|race|nation|eye|mouth|smile|hat|hair)",
    re.IGNORECASE,
)
_PICTURE_KEYS = frozenset(
    {
        "action",
        "belongid",
        "boundingbox",
        "center",
        "confidence",
        "objectid",
        "objecttype",
        "originalboundingbox",
        "relativeid",
    }
)
# Keys of events under which the vendor's own words stand.
_VOCABULARY_KEYS = frozenset(
    {
        "action",
        "beforemodifytime",
        "category",
        "class",
        "color",
        "direction",
        "drivingdirection",
        "localetime",
        "modifiedtime",
        "objecttype",
        "objecttypes",
        "platecolor",
        "platetype",
        "sensemethod",
        "state",
        "type",
        "vehiclecolor",
        "vehicledirection",
        "vehiclesize",
        "vehicletype",
    }
)
_PLATE_KEYS = frozenset({"plate", "platenumber", "text"})
_NO_PLATE = frozenset({"", "--", "no plate", "null", "unknown", "unlicensed"})
_DEEPEST = 16


class Scrubber:
    """Takes the secrets out of what one camera said.

    `titled` holds the channels whose names the owner chose; those from the factory stay.
    """

    def __init__(self, pseudonyms: Pseudonyms, titled: frozenset[int]) -> None:
        self._names = pseudonyms
        self._titled = titled
        self._named_keys: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], str]], ...]
        self._named_keys = (
            (re.compile(r"ChannelTitle\[(\d+)\]\.Name"), self._title),
            (
                re.compile(r"VideoAnalyseRule\[(\d+)\]\[(\d+)\]\.Name"),
                lambda key, _: pseudonyms.rule_in_row(int(key[1]), int(key[2])),
            ),
            (
                re.compile(r"MotionDetect\[(\d+)\]\.MotionDetectWindow\[\d+\]\.Name"),
                lambda key, name: pseudonyms.region(int(key[1]), name),
            ),
            (
                re.compile(r"General\.MachineName|name"),
                lambda _, name: pseudonyms.machine(name),
            ),
            (re.compile(r"serialNumber|sn"), lambda _, __: SERIAL),
            (
                re.compile(r"Network\.\w+\.PhysicalAddress"),
                lambda _, mac: pseudonyms.mac(mac),
            ),
        )

    def _title(self, key: re.Match[str], name: str) -> str:
        return self.title(int(key[1])) or name

    def title(self, channel: int) -> str | None:
        """Return what a channel is called whose name the owner chose; None for the others."""
        # Not a name that a channel could have from the factory.
        return f"Named channel {channel + 1}" if channel in self._titled else None

    def pairs(self, pairs: Mapping[str, str]) -> dict[str, str]:
        """Return tables (flat, by whole keys) or an answer's pairs without secrets."""
        return {key: self._value(key, value) for key, value in pairs.items()}

    def answers(self, answers: Answers) -> dict[str, dict[str, str] | None]:
        """Return answers by their questions without secrets."""
        return {
            question: None if answer is None else self.pairs(answer)
            for question, answer in answers.items()
        }

    def _value(self, key: str, value: str) -> str:
        if not value.strip() or value.lower() in _TRUTHS:
            return value
        for pattern, rename in self._named_keys:
            if match := pattern.fullmatch(key):
                return rename(match, value)
        if key.lower() in _MODEL_KEYS:
            return self._names.without_known_secrets(value)
        match = _LEAF.search(key)
        leaf = match[1] if match else ""
        if _TELLING_KEY.search(leaf):
            return REDACTED
        return self._harmless(value)

    def _harmless(self, value: str) -> str:
        """Return a word or number, or an address that stands for another."""
        scrubbed = self._names.without_secrets(value)
        return scrubbed if scrubbed == SERIAL or _HARMLESS.fullmatch(scrubbed) else REDACTED

    def code(self, code: str) -> str:
        """Return an event's code, which is a word where it was not noise."""
        return code if _WORD.fullmatch(code) else REDACTED

    def event_data(self, code: str, channel: int, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an event tells, without what it tells of people and places."""
        return _EventScrubber(self._names, code, channel).top(data)


class _EventScrubber:
    """Takes the secrets out of one event."""

    def __init__(self, names: Pseudonyms, code: str, channel: int) -> None:
        self._names = names
        self._code = code
        self._channel = channel

    def top(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the whole of the event's data; on top stands the name of the rule."""
        scrubbed = self._members(data, depth=0, people=False)
        name = data.get("Name")
        if isinstance(name, str) and name:
            scrubbed["Name"] = self._names.rule(self._channel, self._code, name)
        return scrubbed

    def _members(self, data: Mapping[str, Any], *, depth: int, people: bool) -> dict[str, Any]:
        return {
            key if _WORD.fullmatch(key) else REDACTED: self._below(
                key.lower(), value, depth=depth + 1, people=people or bool(_PEOPLE_KEY.search(key))
            )
            for key, value in data.items()
        }

    def _below(self, key: str, value: Any, *, depth: int, people: bool) -> Any:
        match value:
            case dict() | list() if depth > _DEEPEST:
                return REDACTED
            case dict():
                return self._members(value, depth=depth, people=people)
            case list():
                return [self._below(key, each, depth=depth + 1, people=people) for each in value]
            case bool() | int() | float():
                return value if self._may_count(key, people=people) else REDACTED
            case str():
                return self._text(key, value, people=people)
        return None

    def _may_count(self, key: str, *, people: bool) -> bool:
        """Tell whether numbers and truth values under a key are nobody's."""
        if people or _PEOPLE_ATTRIBUTE.match(key):
            return key in _PICTURE_KEYS
        return not _TELLING_KEY.search(key)

    def _text(self, key: str, value: str, *, people: bool) -> str:
        if not value.strip():
            return value
        if key in _PLATE_KEYS and not people:
            known = value.strip().lower() in _NO_PLATE
            return value if known else self._names.plate(value.strip())
        if key in ("regionname", "regionnames"):
            return self._names.region(self._channel, value)
        if key in (_PICTURE_KEYS if people else _VOCABULARY_KEYS):
            scrubbed = self._names.without_secrets(value)
            return scrubbed if _HARMLESS.fullmatch(scrubbed) else REDACTED
        return REDACTED
