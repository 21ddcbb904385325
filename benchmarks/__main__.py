"""Every benchmark on what comes with the repository: ``python -m benchmarks`` (about an hour).

Results go to benchmarks/results. Speech is measured on the bundled synthetic calls here, into
``asr_bundled.json``; ``asr.json`` also has recordings that may be measured on but not passed on.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Run one after the other, each in a process of its own."""
    calls = sorted(str(path) for path in (HERE.parent / "examples" / "calls").glob("*.flac"))
    references = str(HERE / "data" / "references.jsonl")
    bundled = str(HERE / "results" / "asr_bundled.json")
    for name, arguments in (
        ("benchmarks.rules", []),
        ("benchmarks.batch", []),
        ("benchmarks.asr", [*calls, "--references", references, "--out", bundled]),
        ("benchmarks.criteria", []),
        ("benchmarks.own", []),
        ("benchmarks.counterfactual", []),
    ):
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", name, *arguments], check=True, cwd=HERE.parent)


if __name__ == "__main__":
    main()
