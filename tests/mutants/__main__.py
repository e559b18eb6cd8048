"""Plant bugs drawn by a seeded generator, one at a time in a copy of the project, and see which the tests miss.

    python -m tests.mutants --seed 12 --count 100 [--room core/norms core/loss] [--near] [--browser]

A run that was stopped goes on where it stopped; `--again` asks the tests anew of those that survived.
"""

import argparse
import sys
from pathlib import Path

from tests.mutants.copying import Copy
from tests.mutants.drawing import draw, rooms
from tests.mutants.edits import Edit
from tests.mutants.record import Record, equivalents, summary
from tests.mutants.running import failing, verdict
from tests.mutants.stages import Stage, stages

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--room", nargs="*", default=[""], help="only rooms whose name holds one of these")
    parser.add_argument("--near", action="store_true", help="only the tests of the module and of its room")
    parser.add_argument("--browser", action="store_true", help="the tests in Chromium too, for scripts and pages")
    parser.add_argument("--again", action="store_true", help="those that survived once more")
    parser.add_argument("--list", action="store_true", help="draw, and run nothing")
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build" / "mutants", help="where the copy and the record are"
    )
    arguments = parser.parse_args()
    copy = Copy(ROOT, arguments.build / "copy")
    chosen = arguments.room
    found = {room: edits for room, edits in rooms(copy.place).items() if any(name in room for name in chosen)}
    drawn = draw(found, arguments.count, arguments.seed)
    if arguments.list:
        print(*(edit.describe(copy.place) for edit in drawn), sep="\n")
        return 0
    record = Record(arguments.build / f"seed-{arguments.seed}.jsonl")
    names = [edit.describe(copy.place).name for edit in drawn]
    _judge(drawn, copy, record, arguments)
    print(summary([record.entries[name] for name in dict.fromkeys(names)]))
    return 0


def _judge(drawn: list[Edit], copy: Copy, record: Record, arguments: argparse.Namespace) -> None:
    reasons, failing_before = equivalents(), dict[Stage, list[str]]()
    for number, edit in enumerate(drawn, 1):
        described = edit.describe(copy.place)
        if described.name in reasons:
            record.add(described, "equivalent", "", reasons[described.name])
            continue
        known = record.entries.get(described.name)
        if known is not None and not (arguments.again and known.fate == "survived"):
            continue
        chosen = stages(copy.place, edit.path, arguments.browser)
        if arguments.near:
            chosen = [stage for stage in chosen if stage.name != "whole"]
        has_room = any(stage.name == "room" for stage in chosen)
        for stage in chosen:
            if stage not in failing_before:
                # The room holds the module's own test too.
                is_asked = stage.is_near and not (stage.name == "own" and has_room)
                failing_before[stage] = failing(copy.place, stage) if is_asked else []
        with copy.planted(edit):
            fate, by, why = verdict(copy.place, chosen, failing_before)
        record.add(described, fate, by, why)
        print(f"{number}/{len(drawn)} {fate} {by} {why}\n{described}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
