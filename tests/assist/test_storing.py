"""What of a call gets to the disk, and that after a refusal nothing of it is there."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist import journal
from assist.archive import Archive
from assist.consent import Consent, Policy
from assist.journal import CallIdRefused
from assist.overlay_events import (
    CallEnded,
    CallPrepared,
    CallStarted,
    ConsentChanged,
    Envelope,
    OverlayEvent,
    TranscriptChanged,
    encode,
)
from assist.preparation import Preparation
from assist.storing import SAVED, Storing

MARK = "zwölf Äpfel"
STARTED = CallStarted(("rep", "prospect"), "browser", company=MARK)
PREPARED = CallPrepared(Preparation(fears=(MARK,)), (MARK,))
SAID = TranscriptChanged("prospect", 0, MARK, "", True, 0, 900, ())
ENDED = CallEnded(900, "stopped")

Step = Literal["said", "announced", "refused", "saved"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where journals go, before any was kept."""
    return tmp_path / "calls"


def line(event: OverlayEvent) -> bytes:
    """As the journal has it."""
    return encode(Envelope("c", 0, 0, event))


def write(storing: Storing, *events: OverlayEvent) -> None:
    """These happen."""
    for event in events:
        storing.write(event, line(event))


def kinds(folder: Path) -> list[str]:
    """What the journal tells."""
    return [event["kind"] for event in journal.read(folder / "c.jsonl", Archive(folder))[0]]


def test_all_is_kept_in_order(folder: Path) -> None:
    """Where nothing speaks against it."""
    storing = Storing(Archive(folder), "c", Consent("unless_refused"))
    write(storing, STARTED, PREPARED, SAID, ENDED)
    storing.close()
    assert kinds(folder) == ["call_started", "call_prepared", "transcript_changed", "call_ended"]


def test_nothing_is_there_before_it_was_announced(folder: Path) -> None:
    """Not even a file; then what the call is, and what was said from then on."""
    consent = Consent("once_announced")
    storing = Storing(Archive(folder), "c", consent)
    write(storing, STARTED, PREPARED, SAID)
    assert not folder.exists()
    consent.announce()
    write(storing, SAID, ENDED)
    storing.close()
    assert kinds(folder) == ["call_started", "call_prepared", "transcript_changed", "call_ended"]


def test_a_call_that_was_never_announced_leaves_nothing(folder: Path) -> None:
    """It ends as if it had not been."""
    storing = Storing(Archive(folder), "c", Consent("once_announced"))
    write(storing, STARTED, SAID, ENDED)
    storing.close()
    assert not folder.exists()


def test_an_id_that_names_no_file_is_refused(folder: Path) -> None:
    """Before anything is opened."""
    with pytest.raises(CallIdRefused):
        Storing(Archive(folder), "../c", Consent("unless_refused"))


@given(
    policy=st.sampled_from(["unless_refused", "once_announced"]),
    steps=st.lists(st.sampled_from(["said", "announced", "saved"]), max_size=8),
    after=st.lists(st.sampled_from(["said", "announced", "refused"]), max_size=5),
    earlier=st.sampled_from([b"", b'{"seq":0,"kind":"call_ended"}\n', b'{"seq":0,"ki']),
    is_ended=st.booleans(),
)
def test_no_byte_of_a_refused_call_is_on_the_disk(
    policy: Policy, steps: list[Step], after: list[Step], earlier: bytes, is_ended: bool
) -> None:
    """Whatever was kept before, whatever is said after; an earlier call's lines under the same id are as they were."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        if earlier:
            (folder / "c.jsonl").write_bytes(earlier)
        consent = Consent(policy)
        storing = Storing(Archive(folder), "c", consent)
        write(storing, STARTED, PREPARED)
        for step in (*steps, "refused", *after):
            take(step, folder, storing, consent)
        write(storing, *([ENDED] if is_ended else []))
        storing.close()
        left = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert left == ({"c.jsonl": earlier} if earlier else {})


def take(step: Step, folder: Path, storing: Storing, consent: Consent) -> None:
    """Something happens in a call."""
    match step:
        case "said":
            write(storing, SAID)
        case "announced":
            consent.announce()
        case "refused":
            consent.refuse()
        case "saved" if (folder / "c.jsonl").exists():
            for kind in SAVED:
                (folder / f"c.{kind}").write_text(MARK)


def test_everything_that_a_debrief_can_be_saved_as_is_deleted() -> None:
    """The list is that of the formats."""
    from assist.debrief.writing import WRITERS  # noqa: PLC0415 - it brings in all of the debrief

    assert set(SAVED) == WRITERS.keys()
    assert msgspec.json.decode(line(SAID))["committed"] == MARK


TOLD = CallEnded(1, "shutdown")  # an earlier call's last line
ANNOUNCED = ConsentChanged("announced", True, "")
NOT_ASKED = ConsentChanged("not_asked", False, "")


def numbered(*events: OverlayEvent) -> list[tuple[OverlayEvent, bytes]]:
    """A call's log."""
    return [(event, encode(Envelope("c", seq, seq, event))) for seq, event in enumerate(events)]


@given(policy=st.sampled_from(["unless_refused", "once_announced"]), before=st.integers(0, 4), after=st.integers(0, 4))
def test_who_takes_a_call_over_keeps_nothing_from_before_it_was_announced(
    policy: Policy, before: int, after: int
) -> None:
    """Where that is asked for; what the call is stays in front."""
    told = numbered(STARTED, PREPARED, *[SAID] * before, ANNOUNCED, *[SAID] * after)
    consent = Consent(policy)
    consent.announce()
    with TemporaryDirectory() as name:
        storing = Storing(Archive(Path(name)), "c", consent)
        storing.catch_up(told)
        storing.close()
        kept = (Path(name) / "c.jsonl").read_bytes().splitlines()
    lines = [line for _, line in told]
    assert kept == (lines if policy == "unless_refused" else [*lines[:2], *lines[2 + before :]])


@given(written=st.integers(0, 4), earlier=st.sampled_from([b"", encode(Envelope("c", 9, 9, TOLD)) + b"\n"]))
def test_a_refusal_after_a_takeover_takes_back_the_other_nodes_lines_and_sound_too(
    written: int, earlier: bytes
) -> None:
    """In one folder; an earlier call's lines under the same id stay."""
    told = numbered(STARTED, NOT_ASKED, SAID, SAID)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "c.jsonl").write_bytes(earlier + b"".join(line + b"\n" for _, line in told[:written]))
        consent = Consent("unless_refused")
        storing = Storing(Archive(folder), "c", consent)
        storing.catch_up(told)
        write(storing, SAID)
        (folder / "c.ogg").touch()
        (folder / "c.ogg.part").touch()
        consent.refuse()
        assert not [*folder.glob("c.ogg*")]
        left = (folder / "c.jsonl").read_bytes() if (folder / "c.jsonl").exists() else b""
    assert left == earlier
