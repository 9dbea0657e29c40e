"""Runs of a fault -> its row; rows -> a table to read; pure."""

from collections.abc import Mapping, Sequence

import msgspec

from tests.bench.chaos.contract import Run


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A fault's runs in figures; times in seconds."""

    fault: str
    says: str
    seed: int
    runs: int = 0
    passed: int = 0
    recovery_p50_s: float | None = None
    recovery_p95_s: float | None = None
    recovery_max_s: float | None = None
    lost: int = 0
    doubled: int = 0
    owners: int = 1
    took_s: float = 0.0
    holds: bool = False
    """whether every run passed, no word was lost or doubled, and recovery at 95 % was as quick as it must be"""
    notes: tuple[Mapping[str, float | int | str], ...] = ()


def row(row: Row, runs: Sequence[Run], most_recovery_s: float | None) -> Row:
    """The row, filled."""
    recoveries = sorted(run.recovery_s for run in runs if run.recovery_s is not None)
    p95_s = _at(recoveries, 0.95)
    lost, doubled = sum(run.lost for run in runs), sum(run.doubled for run in runs)
    owners = max((run.owners for run in runs), default=1)
    passed = sum(run.passed for run in runs)
    is_quick = most_recovery_s is None or (p95_s is not None and p95_s <= most_recovery_s)
    return msgspec.structs.replace(
        row,
        runs=len(runs),
        passed=passed,
        recovery_p50_s=_at(recoveries, 0.5),
        recovery_p95_s=p95_s,
        recovery_max_s=_at(recoveries, 1.0),
        lost=lost,
        doubled=doubled,
        owners=owners,
        holds=bool(runs) and passed == len(runs) and not lost and not doubled and owners == 1 and is_quick,
        notes=_different(runs),
    )


def markdown(rows: Sequence[Row]) -> str:
    """The table."""
    names = "fault seed runs passed recovery_p50,_p95,_max_(s) words_lost words_doubled owners holds took"
    lines = ["| " + " | ".join(names.split()).replace("_", " ") + " |", "|---" * len(names.split()) + "|"]
    for one in rows:
        times = ", ".join(
            "-" if t is None else f"{t:.2f}" for t in (one.recovery_p50_s, one.recovery_p95_s, one.recovery_max_s)
        )
        lines.append(
            f"| {one.fault} | {one.seed} | {one.runs} | {one.passed} | {times} | {one.lost} | {one.doubled} | "
            f"{one.owners} | {'yes' if one.holds else 'no'} | {one.took_s:.0f} s |"
        )
    return "\n".join([*lines, "", *(f"- {one.fault}: {one.says}" for one in rows)])


def _at(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) if ordered else None


def _different(runs: Sequence[Run]) -> tuple[Mapping[str, float | int | str], ...]:
    """Notes of the runs, those that failed first, equal ones once, at most twenty."""
    kept: list[Mapping[str, float | int | str]] = []
    for run in sorted(runs, key=lambda run: run.passed):
        if run.notes and run.notes not in kept:
            kept.append(run.notes)
    return tuple(kept[:20])
