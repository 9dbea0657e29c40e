"""The overlay stays light, and the bench feeds it a call that looks like one."""

import re
from collections import Counter

from assist.overlay_events import SuggestionShown, TranscriptChanged
from assist.overlay_pages import overlay_folder, overlay_pages
from tests.bench.overlay import HOUR_MS, MOST_WEIGHT_BYTES, talk, weight


def loaded() -> list[str]:
    """The scripts and styles that the page asks for, by reading them; one catalogue of words among them."""
    pages = overlay_pages(overlay_folder())
    found, wanted = ["/strings.en.js"], ["/index.html", "/strings.en.js"]
    while wanted:
        text = pages[wanted.pop()].body.decode()
        for name in re.findall(
            r'(?:^import .* from "\./|<(?:script|link)[^>]* (?:src|href)=")([\w.]+\.(?:js|css))"', text, re.M
        ):
            if f"/{name}" not in found:
                found.append(f"/{name}")
                wanted.append(f"/{name}")
    return found


def test_the_overlay_weighs_little() -> None:
    """Compressed, script and style; the page of a rep on a phone's line is there at once."""
    weighed = weight(loaded())
    assert {"/app.js", "/state.js", "/pulse.js", "/style.css"} <= weighed["files"].keys()
    assert weighed["bytes"] <= MOST_WEIGHT_BYTES


def test_the_bench_tells_an_hour_of_talk() -> None:
    """In order, from both sides, with suggestions among the words."""
    told = list(talk(5_000, 0, HOUR_MS))
    times = [at_ms for at_ms, _ in told]
    kinds = Counter(type(event) for _, event in told)
    assert len(told) == 5_000 and times == sorted(times) and HOUR_MS - times[-1] <= 1_000
    assert kinds[TranscriptChanged] > kinds[SuggestionShown] > 400
    assert {event.speaker for _, event in told if isinstance(event, TranscriptChanged)} == {"rep", "prospect"}
