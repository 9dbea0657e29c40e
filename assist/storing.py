"""One call's events on their way to its journal, as far as its consent goes."""

from collections.abc import Iterable, Iterator
from functools import partial

from assist.archive import Archive
from assist.awaited import awaited
from assist.consent import Consent
from assist.journal import Journal, path_of
from assist.overlay_events import CallPrepared, CallStarted, ConsentChanged, OverlayEvent
from assist.tape import remove_sound

ABOUT = (CallStarted, CallPrepared)
"""What a call is, not what was said in it: held in memory while nothing may be kept yet, and written first."""

SAVED = ("html", "md", "json", "csv", "vtt", "srt")
"""Debriefs that may have been saved beside the journal while the call ran; of an earlier call they can be made anew."""


WRITTEN_S = 5.0  # the most that the end of a call waits for its journal to be on the disk


class Storing:
    """One call's. There is no file before something may be kept."""

    def __init__(self, archive: Archive, call_id: str, consent: Consent) -> None:
        """Raises CallIdRefused."""
        self._saved = [path_of(archive.folder, call_id).with_suffix(f".{kind}") for kind in SAVED]
        self._archive = archive
        self._call_id = call_id
        self._consent = consent
        self._about: list[bytes] = []
        self._journal: Journal | None = None
        consent.on_refusal(self._delete)

    def write(self, event: OverlayEvent, line: bytes) -> None:
        """Keeps the event, if it may be kept."""
        if self._consent.may_keep:
            if self._journal is None:
                self._journal = Journal(self._archive, self._call_id)
                for about in self._about:
                    self._journal.append(about)
                self._about.clear()
            self._journal.append(line)
        elif self._consent.state == "not_asked" and isinstance(event, ABOUT):
            self._about.append(line)

    def catch_up(self, told: Iterable[tuple[OverlayEvent, bytes]]) -> None:
        """Keeps what another node told of the call, as far as it may be kept and is not there yet."""
        told = tuple(told)
        if self._consent.state != "refused":  # else that node has removed it
            self._consent.on_refusal(partial(remove_sound, self._archive.folder, self._call_id))
        if not self._consent.may_keep:
            for event, line in told:
                self.write(event, line)
            return
        self._journal = Journal(self._archive, self._call_id)
        self._journal.catch_up(self._keepable(told))

    def _keepable(self, told: Iterable[tuple[OverlayEvent, bytes]]) -> Iterator[bytes]:
        """What was told before they knew is left out, where it needs their knowing."""
        may_keep = self._consent.is_kept_unasked
        for event, line in told:
            may_keep = may_keep or (isinstance(event, ConsentChanged) and event.consent == "announced")
            if may_keep or isinstance(event, ABOUT):
                yield line

    def close(self) -> None:
        """All is written; never waits."""
        if self._journal is not None:
            self._journal.close()

    async def written(self) -> None:
        """Waits until what was written is on the disk itself, but not for long. Safe to cancel."""
        if self._journal is not None:
            await awaited(self._journal.join, WRITTEN_S)

    def _delete(self) -> None:
        self._about.clear()
        if self._journal is not None:
            self._journal.erase()
        for path in self._saved:
            path.unlink(missing_ok=True)
