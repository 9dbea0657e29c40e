"""A debrief as JSON, and back: what is read is equal to what was written; pure."""

import msgspec

from assist.debrief.debrief import Debrief


def json(debrief: Debrief) -> str:
    """Everything, indented; the fields are those of the types."""
    return msgspec.json.format(msgspec.json.encode(debrief), indent=2).decode() + "\n"


def restored(text: str) -> Debrief:
    """The debrief that `json` wrote; raises msgspec.ValidationError or msgspec.DecodeError on anything else."""
    return msgspec.json.decode(text, type=Debrief)
