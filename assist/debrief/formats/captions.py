"""What was said as captions, WebVTT and SubRip; pure. Every word is kept, each utterance is one caption."""

from assist.debrief.debrief import Debrief
from assist.debrief.formats.clock import stamp
from assist.debrief.formats.markup import clean
from assist.debrief.record import CallRecord
from assist.talk.stretch import Stretch


def vtt(debrief: Debrief) -> str:
    """WebVTT (W3C), a voice span a speaker; what was said is escaped as its section 4.2.2 wants it."""
    record = debrief.record
    captions = [
        f"{stamp(u.start_ms, '.')} --> {stamp(_end_ms(u), '.')}\n"
        f"<v {_escaped(record.name_of(u.speaker))}>{_escaped(u.text)}</v>\n"
        for u in record.utterances
    ]
    return "\n".join(["WEBVTT\n", *captions])


def srt(debrief: Debrief) -> str:
    """SubRip, which has no escaping: what players would take for markup is written with look-alikes."""
    record = debrief.record
    captions = [
        f"{number}\n{stamp(u.start_ms, ',')} --> {stamp(_end_ms(u), ',')}\n{_spoken(record, u)}\n"
        for number, u in enumerate(record.utterances, 1)
    ]
    return "\n".join(captions)


def _spoken(record: CallRecord, utterance: Stretch) -> str:
    line = f"{record.name_of(utterance.speaker)}: {utterance.text}"
    return _one_line(line).translate(str.maketrans("<>{}", "\u2039\u203a()"))


def _escaped(text: str) -> str:
    return _one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _one_line(text: str) -> str:
    # A line break would end the caption, or begin what looks like the next one.
    return " ".join(clean(text).split())


def _end_ms(utterance: Stretch) -> int:
    # A caption must last: players drop one that ends where it begins.
    return max(utterance.end_ms, utterance.start_ms + 1)
