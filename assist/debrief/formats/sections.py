"""The parts of the page, each from a Debrief to an element; pure."""

from collections.abc import Iterator, Sequence

from assist.debrief.concerns import Concern
from assist.debrief.debrief import MOST_ANSWER, QUESTION, Debrief
from assist.debrief.findings import Evidence, Finding
from assist.debrief.formats.clock import clock, seconds
from assist.debrief.formats.figures import figures_of
from assist.debrief.formats.markup import Element, el
from assist.debrief.formats.timeline import legend, timeline
from assist.debrief.formats.wording import FATES, RESULTS, TAKEN, advice_of, cue_title
from assist.debrief.moments import Moment
from assist.debrief.record import CallRecord


def answer(debrief: Debrief) -> Element:
    """The question that the debrief is about, and what the call answers."""
    sides = el("div", _side(debrief, "understood"), _side(debrief, "waited"), class_="sides")
    return el(
        "section",
        el("h2", QUESTION, id="question"),
        el("p", debrief.verdict.headline, class_="headline"),
        el("p", debrief.verdict.detail, class_="detail"),
        None if debrief.record.is_mixed else sides,
        class_="answer",
        aria_labelledby="question",
    )


def _side(debrief: Debrief, side: str) -> Element:
    title = "Signs that you understood" if side == "understood" else "Signs that you waited for your turn"
    found = [finding for finding in debrief.findings if finding.side == side]
    told = [_finding(finding, debrief.record) for finding in found] or [el("p", "None in this call.", class_="none")]
    return el("div", el("h3", title), *told, class_=f"side {side}")


def _finding(finding: Finding, record: CallRecord) -> Element:
    shown = [_passage(passage, record) for passage in finding.passages]
    return el("article", el("h4", finding.title), el("p", finding.meaning, class_="meaning"), *shown, class_="finding")


def _passage(passage: Sequence[Evidence], record: CallRecord) -> Element:
    lines = [
        el(
            "p",
            _time(e.at_ms),
            " ",
            el("b", record.name_of(e.speaker)),
            " ",
            el("q", e.text),
            class_=f"said {e.speaker}",
        )
        for e in passage
    ]
    return el("div", *lines, class_="passage")


def picture(debrief: Debrief) -> Element:
    """The call as a picture."""
    hint = "Point at a mark, or Tab to it, to read its words; follow it to the transcript."
    heard = "Point at a mark, or Tab to it, to read its words; follow it to hear them."
    return el(
        "section",
        el("h2", "The call at a glance", id="glance"),
        el("p", hint, class_="hint screen", data_with_sound=heard),
        el(
            "div",
            *timeline(debrief),
            class_="scroll",
            role="region",
            tabindex=0,
            aria_label="Picture of the call",
        ),
        legend(),
        aria_labelledby="glance",
    )


def figures(debrief: Debrief) -> Element:
    """The measures, each with what it means."""
    tiles = [
        el(
            "div",
            el("dt", figure.name),
            el("dd", figure.value, class_="value"),
            el("dd", figure.meaning),
            class_="figure",
        )
        for figure in figures_of(debrief.measures)
    ]
    return el("section", el("h2", "Figures", id="figures"), el("dl", *tiles, class_="figures"))


def moments(debrief: Debrief) -> Element | None:
    """What to learn from."""
    if not debrief.moments:
        return None
    told = [_moment(moment, debrief.record) for moment in debrief.moments]
    title = "Three moments to learn from" if len(told) == 3 else "Moments to learn from"
    return el("section", el("h2", title, id="moments"), el("ol", *told, class_="moments"))


def _moment(moment: Moment, record: CallRecord) -> Element:
    could = el("p", el("span", advice_of(moment), class_="advice"), class_="could")
    if moment.could and moment.instead != "again":
        could = el("p", el("span", advice_of(moment), class_="advice"), el("q", moment.could), class_="could")
    why = el("p", moment.why, class_="meaning") if moment.why else None
    return el("li", el("h3", moment.title), why, _passage(moment.said, record), could)


def concerns(debrief: Debrief) -> Element:
    """What stood in their way, in their words."""
    told = [_concern(concern) for concern in debrief.concerns]
    shown = el("ol", *told, class_="concerns") if told else el("p", "None was heard.", class_="none")
    return el("section", el("h2", "What stood in their way", id="concerns"), shown)


def _concern(concern: Concern) -> Element:
    state = "taken" if concern.is_addressed else "open"
    names = ", ".join(cue_title(name) for name in concern.names)
    words = concern.by or concern.reply
    at_ms = concern.by_ms if concern.by_ms is not None else concern.reply_ms
    reply = el("p", _time(at_ms), " You: ", el("q", words), class_="said rep") if words and at_ms is not None else None
    return el(
        "li",
        el("p", el("span", TAKEN[concern.taken], class_=f"state {state}"), " ", el("span", names, class_="tag")),
        el("p", _time(concern.start_ms), " ", el("q", concern.text), class_="said prospect"),
        reply,
    )


def followed(debrief: Debrief) -> Element | None:
    """The rep's labels, mirrors and summaries, and what came of each."""
    if not debrief.outcomes:
        return None
    rows = [
        el(
            "tr",
            el("td", _time(o.move.start_ms), data_label="At"),
            el("td", el("b", o.move.kind.capitalize()), " ", el("q", o.move.text), data_label="You"),
            el("td", seconds(o.silence_ms), data_label="Silence"),
            el(
                "td",
                el("b", RESULTS[o.result]),
                f", {o.reply_words}\u00a0{'word' if o.reply_words == 1 else 'words'} " if o.reply_words else "",
                *[
                    el("span", cue_title(name), class_="tag")
                    for name in dict.fromkeys(o.heard)
                    if name != "thats_right"
                ],
                data_label="Then",
            ),
        )
        for o in debrief.outcomes
    ]
    return _table("What your words did", "followed", ("At", "You", "Silence", "Then"), rows)


def offered(debrief: Debrief) -> Element | None:
    """Every suggestion and its fate."""
    if not debrief.offered:
        return None
    rows = [
        el(
            "tr",
            el("td", _time(shown.offer.shown_ms), data_label="At"),
            el("td", el("b", shown.offer.technique.capitalize()), " ", el("q", shown.offer.text), data_label="Shown"),
            el("td", el("q", shown.offer.quote), data_label="For"),
            el("td", FATES[shown.fate].capitalize(), data_label="Then"),
        )
        for shown in debrief.offered
    ]
    return _table("What was on your screen", "shown", ("At", "Shown", "For", "Then"), rows)


def _table(title: str, name: str, head: tuple[str, ...], rows: list[Element]) -> Element:
    columns = el("thead", el("tr", [el("th", text, scope="col") for text in head]))
    return el("section", el("h2", title, id=name), el("table", columns, el("tbody", *rows), class_=name))


def followup(debrief: Debrief) -> Element | None:
    """The draft to send."""
    if not debrief.followup:
        return None
    hint = "A draft out of their words and yours. Read it before you send it."
    return el(
        "section",
        el("h2", "A summary to send", id="summary"),
        el("p", hint, class_="hint"),
        el("pre", debrief.followup, class_="letter"),
    )


def closing(debrief: Debrief) -> Element:
    """The rep's own answer, or room for it."""
    record = debrief.record
    own: list[Element] = [el("blockquote", record.answer)] if record.answer else [el("div", class_="room")]
    command = f'assist debrief {record.id} --answer "\u2026"'
    hint = el("p", "To keep your answer with the call: ", el("code", command), class_="hint")
    return el("section", el("h2", QUESTION, id="own"), *own, hint, class_="closing")


def asking(debrief: Debrief) -> Element:
    """The same where the server can keep the answer; the page's script sends it."""
    record = debrief.record
    return el(
        "section",
        el("h2", QUESTION, id="own"),
        el(
            "form",
            el("label", "Your own answer, kept with the call", for_="own-words"),
            el("textarea", record.answer or "", id="own-words", rows=6, maxlength=MOST_ANSWER),
            el("p", el("button", "Keep my answer", type="submit"), el("span", id="kept", role="status"), class_="act"),
            id="answer",
            data_call=record.id,
        ),
        class_="closing",
    )


def player(sound: str) -> Element:
    """The call's sound, at hand wherever the page is scrolled to; times and marks lead into it."""
    audio = el("audio", id="sound", src=sound, controls=True, preload="metadata", aria_label="The call\u2019s sound")
    return el("div", audio, class_="player screen")


def transcript(debrief: Debrief) -> Element:
    """Every word, with what was heard in it."""
    lines = [el("li", *_line(index, debrief.record), id=f"u{index}") for index in range(len(debrief.record.utterances))]
    return el("section", el("h2", "Transcript", id="transcript"), el("ol", *lines, class_="transcript"))


def _line(index: int, record: CallRecord) -> Iterator[Element | str]:
    said = record.utterances[index]
    yield _time(said.start_ms)
    yield el("b", record.name_of(said.speaker), class_=said.speaker)
    cues = [cue for cue in record.cues if cue.speaker == said.speaker and said.start_ms <= cue.start_ms <= said.end_ms]
    tags = [el("span", cue_title(name), class_="tag") for name in dict.fromkeys(cue.name for cue in cues)]
    yield el("span", said.text, *tags)


def _time(at_ms: int) -> Element:
    # Where there is sound, the page's script makes a button of it.
    return el("span", clock(at_ms), class_="at", data_at=at_ms)
