"""Print the benchmark table of the README, or only a part: ``python -m tests.bench [core] [long] [compare] …``.

With ``--write`` the table also replaces the one in the README.
"""

import re
import sys
from pathlib import Path

from tests.bench import compare_bench, core_bench, load_bench, long_bench, page_bench

BENCHES = {
    "core": core_bench.run,
    "long": long_bench.run,
    "load": load_bench.run,
    "page": page_bench.run,
    "compare": compare_bench.run,
}
README = Path(__file__).parents[2] / "README.md"
TABLE = re.compile(r"(?<=<!-- bench -->\n).*?(?=<!-- /bench -->)", re.DOTALL)


def main(arguments: list[str]) -> None:
    """Run the benchmarks that are named, or all, and print each row as soon as it is measured."""
    lines = ["| what | measured | how |", "|---|---|---|"]
    print("\n".join(lines), flush=True)
    for name in [name for name in BENCHES if name in arguments] or BENCHES:
        for row in BENCHES[name]():
            lines.append(f"| {row.name} | {row.value} | {row.note} |")
            print(lines[-1], flush=True)
    if "--write" in arguments:
        table = "\n".join(lines) + "\n"
        README.write_text(TABLE.sub(lambda _: table, README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
