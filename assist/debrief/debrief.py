"""A call's record -> its debrief: all that every format tells, ready to be kept as JSON; pure."""

import msgspec

from assist.debrief.analysis import analyse
from assist.debrief.concerns import Concern
from assist.debrief.findings import Finding, Verdict, findings_of, verdict_of
from assist.debrief.following import Outcome
from assist.debrief.followup import followup_of
from assist.debrief.foresight import Foresight, foresight_of
from assist.debrief.interruptions import Interruption
from assist.debrief.measures import Measures, measures_of
from assist.debrief.moments import Entries, Moment, moments_of
from assist.debrief.offered import Offered
from assist.debrief.record import CallRecord
from assist.talk.moves import Move

QUESTION = "Did I truly understand them, or did I wait for my turn to talk?"
MOST_ANSWER = 4_000
"""Characters of the rep's own answer to it: two pages."""


class Debrief(msgspec.Struct, frozen=True):
    """One call, looked at honestly."""

    record: CallRecord
    verdict: Verdict
    findings: tuple[Finding, ...]
    measures: Measures
    moves: tuple[Move, ...]
    outcomes: tuple[Outcome, ...]
    concerns: tuple[Concern, ...]
    offered: tuple[Offered, ...]
    interruptions: tuple[Interruption, ...]
    moments: tuple[Moment, ...]
    followup: str
    foresight: Foresight | None = None


def debrief_of(record: CallRecord, entries: Entries) -> Debrief:
    """The debrief of a call; `entries` are the playbook's, by cue. The same arguments give the same debrief."""
    found = analyse(record)
    measures = measures_of(found)
    return Debrief(
        record=record,
        verdict=verdict_of(found, measures),
        findings=findings_of(found, measures),
        measures=measures,
        moves=found.moves,
        outcomes=found.outcomes,
        concerns=found.concerns,
        offered=found.offered,
        interruptions=found.interruptions,
        moments=moments_of(found, entries),
        followup=followup_of(found),
        foresight=foresight_of(found),
    )
