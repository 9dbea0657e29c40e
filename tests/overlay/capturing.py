"""The capture page in its states, as its own scripts show them; test_capture_page.py brings them about in a call."""

import json
from typing import Any

from tests.overlay.shelf import Sight

_SHOWN = """async () => {
  const { checkSaying, lineSaying, sideSaying } = await import("/capture-words.js");
  const { renderCapture, renderMicrophones } = await import("/capture-view.js");
  const { strings } = await import("/capture-strings.en.js");
  const { rep, prospect, verdict, line, isOpen } = %s;
  renderMicrophones([{ id: "a", name: "Headset (USB Audio Device)" }, { id: "b", name: "" }], "a", strings);
  const view = {
    rep: sideSaying("rep", rep, verdict.rep, strings),
    prospect: sideSaying("prospect", prospect, verdict.prospect, strings),
    check: checkSaying(rep, prospect, verdict, strings),
    line: lineSaying(line, rep === "on" && prospect === "on", strings),
    repDb: verdict.rep === "heard" ? -18 : -58,
    prospectDb: verdict.prospect === "heard" ? -24 : -60,
    hasRep: rep === "on",
    hasProspect: prospect === "on",
    canStart: rep === "on" && prospect === "on",
    isOn: line !== null && !["ended", "refused"].includes(line.phase),
  };
  renderCapture(view, strings);
  document.querySelector("details").open = isOpen;
}"""
BOTH = {"rep": "heard", "prospect": "heard", "leak": None}
NEITHER = {"rep": "quiet", "prospect": "dead", "leak": None}
FULL = "15 calls are running, as many as max_calls allows; try again later"


def _sight(name: str, verdict: dict[str, Any] = BOTH, source: str = "on", is_open: bool = False, **line: Any) -> Sight:
    at = {"call": "c", "behindMs": 0, "lostMs": 0, "why": ""} | line if line else None
    shown = {"rep": source, "prospect": source, "verdict": verdict, "line": at, "isOpen": is_open}
    return Sight(f"capture_{name}", "/capture", "#start", script=_SHOWN % json.dumps(shown))


CAPTURES = (
    Sight("capture", "/capture", "#start"),
    _sight("about", NEITHER, source="off", is_open=True),
    _sight("not_allowed", NEITHER, source="refused"),
    _sight("silent", NEITHER),
    _sight("ready"),
    _sight("leaking", BOTH | {"leak": "prospect_in_rep"}),
    _sight("on", phase="live"),
    _sight("cut", phase="cut", lostMs=4_200),
    _sight("refused", phase="refused", why=FULL),
    _sight("ended", phase="ended"),
)
