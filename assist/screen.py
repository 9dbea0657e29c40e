"""Events as a person reads them in a terminal."""

from typing import Any

from rich.console import Console
from rich.text import Text

from streaming.effort import Step

SAID = {"said": "said as shown", "own_words": "said in own words"}
UNCERTAIN = ("cue_heard", "suggestion_shown")
SPEAKER_STYLE = {"rep": "cyan", "prospect": "yellow"}


class Screen:
    """Prints what matters of each event: finished lines, suggestions, and what went wrong."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_mixed = False

    def show(self, event: dict[str, Any]) -> None:
        """Prints an event, or nothing."""
        if event["kind"] == "call_started":
            self._is_mixed = "mixed" in event["speakers"]
        line = _line(event)
        if line is not None and self._is_mixed and event["kind"] in UNCERTAIN:
            line.append("   uncertain: either side may have said it", "yellow")
        if line is not None:
            self._console.print(Text(f"{_clock(event['at_ms'])} ").append_text(line))


def _line(event: dict[str, Any]) -> Text | None:
    match event["kind"]:
        case "call_started" if "mixed" in event["speakers"]:
            return Text("           both sides are on one channel: who says what is not known", style="yellow")
        case "transcript_changed" if event["is_final"]:
            speaker = event["speaker"]
            return Text(f"{speaker:>9}  ", style=SPEAKER_STYLE.get(speaker, "")).append(event["committed"], "default")
        case "cue_heard" if event["firm"] and event["cue_kind"] == "agreement":
            return Text("           ").append(f"{event['cue']}: {event['quote']}", "magenta")
        case "audio_lost":
            return Text(f"           {event['duration_ms'] / 1000:.1f} s of {event['speaker']} were lost", style="red")
        case "lagging":
            return _late(event)
        case "recording_changed":
            told = "the sound is being kept" if event["is_on"] else "the sound is not kept any more"
            return Text(f"           {told}", style="dim" if event["is_on"] else "red")
        case "channel_changed" if not event["has_sound"]:
            return Text(f"           no sound from {event['speaker']}", style="red")
    return _for_rep(event)


def _late(event: dict[str, Any]) -> Text | None:
    """That words come late, or what a busy server leaves out."""
    if event["is_late"]:
        return Text(f"           words are {event['lag_ms'] / 1000:.1f} s late", style="red")
    if event["step"] >= Step.NO_TENTATIVE:
        return Text("           the server is busy: words are shown only once they are sure", style="red")
    return None


def _for_rep(event: dict[str, Any]) -> Text | None:
    """What is said to the rep, and what became of it."""
    match event["kind"]:
        case "suggestion_shown":
            lag_s = event["lag_ms"] / 1000
            note = f'   ({event["technique"]}; for "{event["quote"]}"; {lag_s:.1f} s)'
            return Text("     SAY   ", style="bold green").append(event["text"], "bold").append(note, "dim")
        case "suggestion_used":
            return Text("           ").append(SAID[event["how"]], "green")
        case "coaching_shown":
            quoted = f' "{event["quote"]}"' if event["quote"] else ""
            return Text("           ").append(f"{event['headline']}. {event['detail']}{quoted}", "dim")
    return None


def _clock(at_ms: int) -> str:
    return f"{at_ms // 60_000:d}:{at_ms // 1000 % 60:02d}"
