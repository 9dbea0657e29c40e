"""What every format says in the same words."""

from datetime import datetime

from assist.debrief.concerns import Taken
from assist.debrief.following import Result
from assist.debrief.foresight import ThoughtKind
from assist.debrief.moments import Moment
from assist.debrief.offered import Fate
from assist.debrief.record import CallRecord, Ending
from assist.talk.moves import QuestionKind
from streaming.protocols.contract import Direction

FATES: dict[Fate, str] = {
    "said": "said as shown",
    "own_words": "said in your own words",
    "ignored": "not used",
    "dismissed": "dismissed",
    "withdrawn": "taken back: the words changed",
    "not_known": "not known",
}
RESULTS: dict[Result, str] = {
    "confirmed": "\u201cThat\u2019s right\u201d",
    "opened_up": "They opened up",
    "short_reply": "A short answer",
    "went_on": "You talked on",
    "nothing": "Nothing more was said",
}
TAKEN: dict[Taken, str] = {
    "named": "You named it",
    "asked": "You asked about it",
    "named_later": "You came back to it",
    "talked_past": "You went past it",
    "unanswered": "It was left standing",
}
QUESTIONS: dict[QuestionKind, str] = {"open": "open", "fact": "for a fact", "why": "why", "yes_no": "yes or no"}
KINDS_OF_THOUGHT: dict[ThoughtKind, str] = {
    "pressure": "Pressure:",
    "fear": "Fear:",
    "win": "A win for them:",
    "audit": "To say first:",
}
NOT_HEARD: dict[ThoughtKind, str] = {
    "pressure": "They did not speak of it.",
    "fear": "They did not speak of it.",
    "win": "They did not speak of it.",
    "audit": "You did not say it.",
}
ENDINGS: dict[Ending, str] = {
    "stopped": "",
    "connection_lost": "The call\u2019s sound broke off before the call was over.",
    "refused": "The call ended early: what fed it in sent something that could not be understood.",
    "shutdown": "The call ended because the server was shut down.",
    "failed": "The call ended early because the server failed.",
    "not_told": "No end of this call was noted: it is still running, or the server stopped.",
}
DIRECTIONS: dict[Direction, str] = {"inbound": "they called", "outbound": "you called"}


def title_of(record: CallRecord) -> str:
    """Whom the call was with, as far as it is known; else when it was."""
    whom = name_and_company(record.names.get("prospect", ""), record.company or "")
    if record.practice is not None:
        return f"Practice with {whom or record.practice}"
    return whom or when(record.started_at) or record.id


def name_and_company(name: str, company: str) -> str:
    """A prospect in a line; empty where neither is known."""
    return ", ".join(part for part in (name.strip(), company.strip()) if part)


def counted(count: int, one: str, many: str) -> str:
    """A number and what it counts."""
    return f"{count} {one if count == 1 else many}"


def when(started_at: str | None) -> str | None:
    """A call's day and time as people write it; what is no time is shown as it stands."""
    if not started_at:
        return None
    try:
        moment = datetime.fromisoformat(started_at)
    except ValueError:
        return started_at
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".strip()


def cue_title(name: str) -> str:
    """A cue's name as people read it."""
    return {"thats_right": "that\u2019s right", "youre_right": "you\u2019re right"}.get(name, name.replace("_", " "))


def advice_of(moment: Moment) -> str:
    """What to do instead, before the words for it."""
    if moment.instead == "again":
        return "Worth doing again"
    if moment.instead == "silence":
        return "Say nothing. Count to four, and let them go on"
    return f"What was on your screen, a {moment.instead}" if moment.was_shown else f"A {moment.instead} instead"


def notices_of(record: CallRecord) -> tuple[str, ...]:
    """What a reader must know about the record before believing it."""
    lost_s = sum(loss.duration_ms for loss in record.losses) / 1000
    unread = counted(record.unread_lines, "line", "lines") if record.unread_lines else ""
    notices = [
        ENDINGS[record.ending],
        "Both sides are on one channel, so what was heard is uncertain: either may have said it."
        if record.is_mixed
        else "",
        f"{lost_s:.1f} s of sound were lost; what was said in them is missing." if lost_s else "",
        f"{unread} of the call\u2019s file could not be read." if unread else "",
        "Earlier calls under the same id are in the file too. This is the last." if record.earlier_calls else "",
    ]
    return tuple(notice for notice in notices if notice)
