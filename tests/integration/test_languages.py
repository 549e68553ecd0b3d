"""The languages: each says everything that English says, with the same blanks to fill in."""

from pathlib import Path
import re

import pytest

from tests.integration.source import INTEGRATION, leaves, load_json, placeholders

FOLDER = INTEGRATION / "translations"
ENGLISH = dict(leaves(load_json(FOLDER / "en.json")))
LANGUAGES = ("de", "es", "fr", "it", "nl", "pl", "pt-BR", "uk", "zh-Hans")
# A language may share words with English: names, abbreviations, and some words that are the same.
MOST_SHARED = 0.12


def test_all_languages_are_there() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {"en", *LANGUAGES}


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> dict[str, str]:
    """All words of one language, by their dotted keys."""
    path: Path = FOLDER / f"{request.param}.json"
    return dict(leaves(load_json(path)))


def test_language_says_everything_in_the_same_order(words: dict[str, str]) -> None:
    assert list(words) == list(ENGLISH)


def test_language_leaves_the_same_blanks(words: dict[str, str]) -> None:
    assert {key: placeholders(text) for key, text in words.items()} == {
        key: placeholders(text) for key, text in ENGLISH.items()
    }


def test_language_keeps_paragraphs_lists_and_code(words: dict[str, str]) -> None:
    def form(text: str) -> list[str]:
        return re.findall(r"\n\n|\n- |`|[✗✓]", text)

    assert {key: form(text) for key, text in words.items()} == {
        key: form(text) for key, text in ENGLISH.items()
    }


def test_language_is_not_english(words: dict[str, str]) -> None:
    shared = [key for key, text in words.items() if text == ENGLISH[key]]
    assert len(shared) <= MOST_SHARED * len(ENGLISH), shared


def test_language_holds_no_blank_word_and_no_address(words: dict[str, str]) -> None:
    assert all(text.strip() == text != "" for text in words.values())
    assert not [text for text in words.values() if re.search(r"\w+://|\bwww\.|<\w+", text)]
