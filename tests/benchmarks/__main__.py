"""Run the benchmarks and print them as a table, or with `--json` as JSON."""

from argparse import ArgumentParser
import asyncio
from dataclasses import asdict
import json

from . import latency, parsing, requests
from .measure import Row


def main() -> None:
    """Measure everything and print it."""
    arguments = ArgumentParser(prog="scripts/bench", description=__doc__)
    arguments.add_argument("--json", action="store_true", help="print JSON instead of a table")
    as_json = arguments.parse_args().json
    rows = [
        *asyncio.run(requests.measure()),
        *parsing.measure(),
        *asyncio.run(latency.measure()),
    ]
    print(json.dumps([asdict(row) for row in rows], indent=2) if as_json else _table(rows))


def _table(rows: list[Row]) -> str:
    lines = []
    for row in rows:
        line = f"{row.name:<28}{row.value:>12,.2f} {row.unit:<10}"
        if row.ratio is not None:
            line += f"{row.ratio:>6.2f} x {row.beside}"
        lines.append(line.rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    main()
