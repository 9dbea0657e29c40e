"""All that is found in one call: turns, moves and what followed them, concerns, interruptions, suggestions; pure."""

import msgspec

from assist.debrief.concerns import Concern, concerns_of
from assist.debrief.following import Outcome, outcomes_of
from assist.debrief.interruptions import Interruption, interruptions_of
from assist.debrief.offered import Offered, offered_of
from assist.debrief.record import CallRecord
from assist.talk.moves import Move, moves_of
from assist.talk.stretch import Stretch
from assist.talk.turns import turns_of


class Analysis(msgspec.Struct, frozen=True):
    """What figures, findings and moments are drawn from; each part in order of time."""

    record: CallRecord
    turns: tuple[Stretch, ...]
    moves: tuple[Move, ...]
    outcomes: tuple[Outcome, ...]
    offered: tuple[Offered, ...]
    concerns: tuple[Concern, ...]
    interruptions: tuple[Interruption, ...]

    def turns_with(self, cue_name: str) -> tuple[int, ...]:
        """Which turns of the prospect hold a cue of that name."""
        times = [cue.start_ms for cue in self.record.cues if cue.speaker == "prospect" and cue.name == cue_name]
        return tuple(
            index
            for index, turn in enumerate(self.turns)
            if turn.speaker == "prospect" and any(turn.start_ms <= at_ms <= turn.end_ms for at_ms in times)
        )


def analyse(record: CallRecord) -> Analysis:
    """The same record gives the same analysis."""
    turns = turns_of(record.utterances)
    moves = moves_of(turns)
    return Analysis(
        record=record,
        turns=turns,
        moves=moves,
        outcomes=outcomes_of(record, turns, moves),
        offered=offered_of(record, moves),
        concerns=concerns_of(record, turns, moves),
        interruptions=interruptions_of(record.utterances),
    )
