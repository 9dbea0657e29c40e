"""Whatever is said in a call, advice keeps its promises."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from assist.advice import Advice
from assist.decisions import Considered, Decision, Shown, Withdrawn
from assist.detection import Detection
from assist.offers import Suggestion, Used
from assist.playbook import load
from detectors.contract import Cue, CueKind, Turn
from streaming.types import Speaker, Word, Words

BUNDLED = load(None)
PACE = replace(BUNDLED.advice, same_concern_ms=12_000)
# So few wordings, and so soon wanted again, that calls run out of them.
PLAYBOOK = replace(
    BUNDLED,
    advice=PACE,
    cues={
        name: replace(lines, labels=lines.labels[:1], questions=lines.questions[:1])
        for name, lines in BUNDLED.cues.items()
    },
)
KINDS: dict[str, CueKind] = {"worry": "emotion", "relief": "emotion", "thats_right": "agreement"}
SPOKEN = ["price", "trust", "effort", "worry", "hesitation", "thats_right", "disruptive", "um"]
UPDATES = st.lists(
    st.tuples(
        st.sampled_from(["prospect", "prospect", "rep"]),
        st.sampled_from([0, 1, 1]),  # utterances to go on by
        st.lists(st.sampled_from(SPOKEN), max_size=6),
        st.integers(0, 6),  # how many of the words are committed
        st.booleans(),
        st.integers(0, 20_000),  # milliseconds since the update before
    ),
    min_size=5,
    max_size=50,
)
Update = tuple[Speaker, int, list[str], int, bool, int]


class Naming:
    """Hears each class by its name, surer with each word before it."""

    names = frozenset[str]()

    def hear(self, words: Words, before: tuple[Turn, ...]) -> tuple[Cue, ...]:
        return tuple(
            Cue(
                KINDS.get(w.text, "objection"),
                w.text,
                words.speaker,
                w.text,
                w.start_ms,
                w.end_ms,
                min(1.0, 0.5 + 0.15 * index),
                firm=index < len(words.committed),
            )
            for index, w in enumerate(words.all)
            if w.text in PLAYBOOK.cues
        )


def played(updates: list[Update]) -> list[tuple[int, tuple[Decision, ...]]]:
    """The decisions of a call and the clock at each, a tick after each update."""
    advice, detection = Advice(PLAYBOOK, "call"), Detection({"naming": Naming()})
    utterances: dict[Speaker, int] = {"rep": 0, "prospect": 0}
    told, now_ms = [], 0
    for speaker, step, texts, committed, is_final, passed_ms in updates:
        now_ms += passed_ms
        utterances[speaker] += step
        words = tuple(Word(text, now_ms + i, now_ms + i + 1, 0.9) for i, text in enumerate(texts))
        count = len(words) if is_final else committed
        update = Words(speaker, utterances[speaker], words[:count], words[count:], is_final)
        told.append((now_ms, advice.hear(detection.hear(update), update, now_ms)))
        now_ms += passed_ms
        told.append((now_ms, advice.tick(now_ms)))
    return told


@settings(max_examples=300, deadline=None)
@given(UPDATES)
def test_whatever_is_said_one_thing_is_offered_once_and_ends(updates: list[Update]) -> None:
    """One live at a time, no id or text twice, none withdrawn that is not live, none outliving its time; repeatable."""
    told = played(updates)
    live: Suggestion | None = None
    ids: list[str] = []
    texts: list[str] = []
    for now_ms, decisions in told:
        for decision in decisions:
            match decision:
                case Shown(suggestion):
                    assert live is None
                    assert suggestion.expires_ms == now_ms + PACE.life_ms
                    live = suggestion
                    ids.append(suggestion.id)
                    texts.append(suggestion.text)
                case Withdrawn(id_, _):
                    assert live is not None
                    assert live.id == id_
                    live = None
                case Considered():
                    pass
        assert live is None or now_ms < live.expires_ms
    assert len(set(ids)) == len(ids)
    assert len(set(texts)) == len(texts)
    assert told == played(updates)


@settings(max_examples=100, deadline=None)
@given(UPDATES)
def test_nothing_is_shown_within_the_cool_down_but_something_heavier(updates: list[Update]) -> None:
    """Unless the one before was taken back because it should not have been shown."""
    last: tuple[int, int] | None = None
    for now_ms, decisions in played(updates):
        for decision in decisions:
            if isinstance(decision, Withdrawn) and decision.reason == "words_changed":
                last = None
            if isinstance(decision, Shown):
                weight = PLAYBOOK.cues[decision.suggestion.cue].weight
                assert last is None or now_ms - last[0] >= PACE.cool_down_ms or weight > last[1]
                last = (now_ms, weight)


def test_the_generated_calls_reach_every_decision() -> None:
    """Else the properties above would hold of nothing: each reason and technique comes up in such calls."""
    prospect: Speaker = "prospect"
    updates: list[Update] = [
        (prospect, 0, ["um", "um", "um", "price"], 0, False, 0),
        (prospect, 0, ["um"], 0, False, 100),
        (prospect, 0, ["um", "price"], 2, False, 100),
        (prospect, 1, ["um", "trust"], 2, True, 100),
        (prospect, 1, ["um", "price"], 2, True, 100),
        (prospect, 1, ["um", "worry"], 2, True, 100),
        (prospect, 1, ["price"], 1, True, 100),
        (prospect, 1, ["um", "price"], 1, False, 6000),
        (prospect, 1, ["um", "effort", "disruptive"], 3, True, 20_000),
        (prospect, 1, ["um", "trust"], 2, True, 6000),
        (prospect, 1, ["um", "thats_right"], 2, True, 100),
        (prospect, 1, ["um", "trust"], 2, True, 6000),
    ]
    decisions = [decision for _, each in played(updates) for decision in each]
    reasons = {d.reason for d in decisions if not isinstance(d, Shown | Used)}
    techniques = {d.suggestion.technique for d in decisions if isinstance(d, Shown)}
    assert techniques == {"label", "mirror", "question"}
    assert {
        "words_changed",
        "replaced",
        "expired",
        "cool_down",
        "low_confidence",
        "not_yet_firm",
        "said_already",
    } <= reasons
