"""Record what a server answers, or compare two recordings: what a change of the code alone must leave as it was.

    python -m tests.record http://127.0.0.1:8000 before.json [--browser]
    python -m tests.record before.json after.json

Start both servers with UNROLLED_THREADS=1: the order of sums, and so the last bit, follows the threads.
"""

import argparse
import json
import sys
from pathlib import Path

from tests.record.asking import ask
from tests.record.comparison import SHOWN, differences
from tests.record.questions import questions
from tests.record.watching import watch


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.record", description=__doc__)
    parser.add_argument("old", help="address of a server, or a recording")
    parser.add_argument("new", type=Path, help="recording to write, or to compare with")
    parser.add_argument("--browser", action="store_true", help="also read the pages in Chromium")
    arguments = parser.parse_args()
    if arguments.old.startswith("http"):
        answers = {question.name: ask(arguments.old, question) for question in questions()}
        answers |= watch(arguments.old) if arguments.browser else {}
        arguments.new.write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
        print(f"{len(answers)} answers recorded")
        return 0
    return compare(Path(arguments.old), arguments.new)


def compare(before: Path, after: Path) -> int:
    """Print what differs; 1 if anything but an addition does."""
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after))
    wrong = 0
    for name in old.keys() & new.keys():
        changes = list(differences(old[name], new[name]))
        wrong += any(not line.endswith("was added") for line in changes)
        if changes:
            print(name, *changes[:SHOWN], sep="\n    ")
    missing = len(old.keys() - new.keys())
    print(f"{len(old.keys() & new.keys())} answers compared: {wrong} differ, {missing} were not asked again")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
