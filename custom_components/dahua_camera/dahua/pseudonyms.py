"""Other names for what could tell whose camera it is: always the same for the same thing."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
import re

from .tables import Node, child, integer, rows, text

REDACTED = "**REDACTED**"
SERIAL = "SCRUBBED0000001"
CAMERA = "Camera"

_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_MAIL = re.compile(r"\S+@\S+\.\S+")
# In pairs, in fours, or without anything between the digits.
_MAC = re.compile(
    r"\b[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}\b|\b[0-9a-f]{4}(?:[.:-][0-9a-f]{4}){2}\b",
    re.IGNORECASE,
)
_IP_ADDRESS = re.compile(
    r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|[0-9a-f:]*:[0-9a-f:.]+)", re.IGNORECASE
)
_HOST_NAME = re.compile(r"\b(?:[\w-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
_FILE_PATH = re.compile(r"(?<!\w)(?:[a-z]:)?[/\\]\S+", re.IGNORECASE)
_SERIAL = re.compile(r"\b[0-9A-F]{7}P[A-Z]{2}[0-9A-F]{5}\b")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# Shorter ones stand in any text by chance; those below the second length in any word.
_SHORTEST = 4
_SHORTEST_WITHIN_WORDS = 6
# Nothing of use is longer, and looking for forms takes its time.
_LONGEST = 200


class Pseudonyms:
    """The other names of one camera's secrets.

    `tables` tell the names that the owner gave to rules and regions; `secrets` are whatever
    else must not be seen wherever it stands: password, user name, host.
    """

    def __init__(self, serial: str, tables: Node, secrets: Iterable[str]) -> None:
        self._numbered: dict[str, dict[str, str]] = {}
        self._named: dict[tuple[object, ...], str] = {}
        self._serial = serial
        known = [serial, *secrets]
        self._secrets = [_literally(secret) for secret in known if len(secret) >= _SHORTEST]
        self._forms: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
            (_URL, _redact),
            (_MAIL, _redact),
            (_MAC, self._other_mac),
            (_SERIAL, self._other_serial),
            (_IP_ADDRESS, self._other_address),
            (_HOST_NAME, _redact),
            (_FILE_PATH, _redact),
        )
        for channel, row in rows(child(tables, "VideoAnalyseRule")):
            self._learn_rules(channel, row)
        for channel, row in rows(child(tables, "MotionDetect")):
            for window, region in rows(child(row, "MotionDetectWindow")):
                self._named.setdefault(
                    ("region", channel, text(region, "Name").strip()), f"Region {window + 1}"
                )

    def _learn_rules(self, channel: int, node: Node) -> None:
        """Call each rule by its number; events name the rule, so they must find it again."""
        taken = set()
        for index, row in rows(node):
            name, pseudonym = text(row, "Name").strip(), f"Rule {integer(row, 'Id', index)}"
            if pseudonym in taken:
                pseudonym += f" in row {index}"
            taken.add(pseudonym)
            self._named["rule", channel, index] = pseudonym
            self._named.setdefault(("rule", channel, text(row, "Type"), name), pseudonym)
            self._named.setdefault(("rule", channel, name), pseudonym)

    def rule_in_row(self, channel: int, index: int) -> str:
        """Return what the rule of a row is called."""
        return self._named.get(("rule", channel, index), REDACTED)

    def rule(self, channel: int, code: str, name: str) -> str:
        """Return what the rule is called that an event names."""
        name = name.strip()
        found = self._named.get(("rule", channel, code, name))
        return found or self._named.get(("rule", channel, name)) or self.other_name(name)

    def region(self, channel: int, name: str) -> str:
        """Return what a motion region is called."""
        return self._named.get(("region", channel, name.strip())) or self.other_name(name)

    def machine(self, name: str) -> str:
        """Return what the camera is called; from the factory that is its serial number."""
        return SERIAL if name == self._serial else CAMERA

    def mac(self, address: str) -> str:
        """Return another hardware address."""
        match = _MAC.fullmatch(address.strip())
        return self._other_mac(match) if match else REDACTED

    def plate(self, text_of_plate: str) -> str:
        """Return another number plate."""
        return self._number("PLATE{}", text_of_plate)

    def other_name(self, name: str) -> str:
        """Return another name for what is not known to be anything here."""
        return self._number("Name {}", name)

    def _number(self, form: str, value: str) -> str:
        given = self._numbered.setdefault(form, {})
        return given.setdefault(value, form.format(len(given) + 1))

    def without_secrets(self, value: str) -> str:
        """Return a text without what stands for somebody or somewhere, by its form or known."""
        if len(value) > _LONGEST:
            return REDACTED
        if _NUMBER.fullmatch(value):
            return value
        for form, replace in self._forms:
            value = form.sub(replace, value)
        return self.without_known_secrets(value)

    def without_known_secrets(self, value: str) -> str:
        """Return a text without this camera's serial number, account and address."""
        for secret in self._secrets:
            value = secret.sub(lambda match: self._known(match[0]), value)
        return value

    def _known(self, secret: str) -> str:
        return SERIAL if secret.casefold() == self._serial.casefold() else REDACTED

    def _other_mac(self, match: re.Match[str]) -> str:
        # From the block that is set apart for documentation.
        plain = re.sub(r"[.:-]", "", match[0]).lower()
        number = self._number("{}", plain)
        return f"00:00:5e:00:53:{int(number) % 256:02x}"

    def _other_serial(self, match: re.Match[str]) -> str:
        return SERIAL if match[0] == self._serial else REDACTED

    def _other_address(self, match: re.Match[str]) -> str:
        try:
            ip_address(match[0])
        except ValueError:
            return match[0]
        return self._number("192.0.2.{}", match[0])


def _redact(_: re.Match[str]) -> str:
    return REDACTED


def _literally(secret: str) -> re.Pattern[str]:
    """Match a secret wherever it stands, a short one as a word of its own only."""
    escaped = re.escape(secret)
    alone = len(secret) < _SHORTEST_WITHIN_WORDS
    return re.compile(rf"(?<!\w){escaped}(?!\w)" if alone else escaped, re.IGNORECASE)
