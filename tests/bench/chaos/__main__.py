"""Every fault that the server must outlive, done to it for real: what was lost, what was doubled, how soon it was back.

    python -m tests.bench.chaos [--faults NAME,...] [--runs N] [--seed N] [--table FILE] > chaos.json

Starts servers of its own (and a Redis where a fault needs it), does one fault after the other and prints JSON: a row a
fault, with its seed, which alone decides where and when it strikes. The same rows go to FILE as a table. Where only
the transport matters the recogniser is the scripted one, which says a word of its own every 400 ms, so that each word
can be counted; where a fault is the recogniser's, or load, it is the real one. Status 1: something did not hold.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from pathlib import Path
from random import Random

import msgspec

import tests.bench.chaos.faults
from streaming import plugins
from tests.bench.chaos.contract import Fault, Unfit
from tests.bench.chaos.table import Row, markdown, row


def main() -> None:
    """Runs the faults and prints their rows."""
    known = plugins.names(tests.bench.chaos.faults)
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--faults", default=",".join(known), help=f"of {', '.join(known)}")
    options.add_argument("--runs", type=int, help="of each fault; each has its own number by default")
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--table", type=Path, default=Path("build/chaos.md"))
    chosen = options.parse_args()
    rows = [_row(name, chosen.runs, chosen.seed) for name in chosen.faults.split(",")]
    machine = {"processors": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}
    print(json.dumps({"machine": machine, "faults": [msgspec.to_builtins(one) for one in rows]}, indent=2))
    chosen.table.parent.mkdir(parents=True, exist_ok=True)
    chosen.table.write_text(markdown(rows) + "\n")
    print(markdown(rows), file=sys.stderr)
    raise SystemExit(not all(one.holds for one in rows))


def _row(name: str, runs: int | None, seed: int) -> Row:
    fault: Fault = plugins.load(tests.bench.chaos.faults, name).create()
    empty = Row(fault=name, says=fault.says, seed=seed)
    begun_s = time.monotonic()
    try:
        done = asyncio.run(fault.run(runs or fault.runs, Random(f"{name}-{seed}")))
    except Unfit as unfit:
        return msgspec.structs.replace(empty, notes=({"not_run": str(unfit)},))
    filled = row(empty, done, fault.most_recovery_s)
    return msgspec.structs.replace(filled, took_s=round(time.monotonic() - begun_s, 1))


if __name__ == "__main__":
    main()
