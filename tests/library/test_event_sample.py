"""What is kept of a camera's events stays small and new."""

from custom_components.dahua_camera.dahua.event_sample import EventSample
from custom_components.dahua_camera.dahua.events import Event


def test_the_newest_of_each_kind_is_kept() -> None:
    sample = EventSample()
    for event in (
        Event("VideoMotion", "Start", 0, {"EventID": 1}),
        Event("VideoMotion", "Stop", 0),
        Event("VideoMotion", "Start", 1),
        Event("VideoMotion", "Start", 0, {"EventID": 2}),
    ):
        sample.note(event)
    assert list(sample.events) == [
        Event("VideoMotion", "Stop", 0),
        Event("VideoMotion", "Start", 1),
        Event("VideoMotion", "Start", 0, {"EventID": 2}),
    ]
    assert sample.counts == {"VideoMotion": 4}


def test_noise_does_not_pile_up() -> None:
    sample = EventSample()
    for number in range(5000):
        sample.note(Event(f"Noise{number}", "Pulse", number))
    kept = list(sample.events)
    assert len(kept) <= 100
    assert kept[-1].code == "Noise4999"
    assert len(sample.counts) <= 101
    assert sum(sample.counts.values()) == 5000


def test_new_code_is_told_once_and_no_more_of_them_than_are_counted() -> None:
    sample = EventSample()
    assert sample.note(Event("VideoMotion", "Start"))
    assert not sample.note(Event("VideoMotion", "Stop"))
    told = [sample.note(Event(f"Noise{number}", "Pulse")) for number in range(5000)]
    assert told == [True] * 99 + [False] * 4901
