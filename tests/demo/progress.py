"""What the demo tells people: on standard error, so that standard output stays for machines."""

import sys
import time

_begin = time.monotonic()


class DemoError(Exception):
    """The demo cannot go on; the message is for people."""


def say(text: str) -> None:
    """Say what happens now, with the seconds since the start."""
    print(f"[{time.monotonic() - _begin:5.1f} s] {text}", file=sys.stderr, flush=True)
