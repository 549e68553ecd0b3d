"""Run the benchmarks and print them as a table, or with `--json` as JSON.

What has an aim tells whether it is met. Everything is measured with virtual cameras on this
machine: the ratios, taken within one run, are worth more than the times. It takes about ten
minutes; a machine that does nothing else tells most.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Collection
import sys

from . import commands, latency, many, parsing, polling, set_up, stills, week
from .household import household
from .measure import Row
from .report import as_json, as_table, circumstances

_SUBJECTS = {
    "owner": "set-up, poll, command and still, in one Home Assistant",
    "parser": "the parsers of events and tables",
    "events": "event to state, beside a floor and amcrest in Home Assistants of their own",
    "many": "several cameras in one Home Assistant",
    "long": "a simulated week",
}
_FEW = (1, 8)


def _arguments() -> argparse.Namespace:
    subjects = "\n".join(f"  {name:8} {text}" for name, text in _SUBJECTS.items())
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description=__doc__,
        epilog=f"subjects:\n{subjects}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--only", nargs="+", choices=_SUBJECTS, default=list(_SUBJECTS), help="these subjects"
    )
    parser.add_argument(
        "--many",
        type=int,
        nargs="+",
        default=_FEW,
        metavar="N",
        help="numbers of cameras, rising from 1 (1 8; at full length 1 16 64: ten minutes)",
    )
    parser.add_argument(
        "--long",
        action="store_true",
        help="the whole week instead of short days, and more rounds of events: half an hour",
    )
    arguments = parser.parse_args()
    if list(arguments.many) != sorted(set(arguments.many)) or arguments.many[0] != 1:
        parser.error("--many takes rising numbers, the first of them 1")
    return arguments


async def _measure(arguments: argparse.Namespace) -> AsyncIterator[list[Row]]:
    """Measure one subject after the other."""
    wanted: Collection[str] = arguments.only
    if "owner" in wanted:
        async with household() as home:
            for subject in (set_up, polling):
                yield await subject.measure(home)
            yield parsing.measure_tables()
            for subject in (commands, stills):
                yield await subject.measure(home)
    if "parser" in wanted:
        yield parsing.measure_events()
    if "events" in wanted:
        yield await latency.measure(long=arguments.long)
    if "many" in wanted:
        yield await many.measure(arguments.many)
    if "long" in wanted:
        yield await week.measure(long=arguments.long)


async def _run(arguments: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []
    async for found in _measure(arguments):
        print(f"· measured: {found[0].subject}", file=sys.stderr)
        rows += found
    return rows


def main() -> None:
    """Measure what is asked for and print it."""
    arguments = _arguments()
    around = circumstances()
    rows = asyncio.run(_run(arguments))
    print(as_json(around, rows) if arguments.json else as_table(around, rows))


if __name__ == "__main__":
    main()
