"""Print the benchmark table of the README: ``python -m tests.bench``, or only some: ``python -m tests.bench page``."""

import sys

from tests.bench import core_bench, page_bench

BENCHES = {"core": core_bench.run, "page": page_bench.run}


def main(names: list[str]) -> None:
    """Run the benchmarks that are named, or all, and print each row as soon as it is measured."""
    print("| what | measured | how |\n|---|---|---|")
    for name in names or BENCHES:
        for row in BENCHES[name]():
            print(f"| {row.name} | {row.value} | {row.note} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
