// What the view writes on the page, with a page just real enough to be written to; Chromium is tested elsewhere.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { respond } from "../../overlay/actions.js";
import { COMMANDS } from "../../overlay/settings.js";
import { initialState, reduce } from "../../overlay/state.js";
import { strings } from "../../overlay/strings.en.js";
import { started, suggestion, told, transcript } from "./events.js";

class FakeElement {
  dataset = {};
  style = {};
  children = [];
  parent = null;
  animations = 0;
  writes = 0;
  scrollTop = 0;
  scrollHeight = 500;
  clientHeight = 100;
  #text = "";
  get textContent() {
    return this.#text + this.children.map((child) => child.textContent).join("");
  }
  set textContent(text) {
    this.#text = text;
    this.children = [];
    this.writes += 1;
  }
  append(...nodes) {
    for (const node of nodes) this.insertBefore(node, null);
  }
  insertBefore(node, before) {
    node.remove();
    node.parent = this;
    this.children.splice(before === null ? this.children.length : this.children.indexOf(before), 0, node);
  }
  remove() {
    if (this.parent) this.parent.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
  animate() {
    this.animations += 1;
  }
  addEventListener() {}
  get lastElementChild() {
    return this.children.at(-1);
  }
  get ownerDocument() {
    return document;
  }
}

const elements = new Map();
const at = (id) => elements.get(id) ?? elements.set(id, new FakeElement()).get(id);
let isStill = false;
globalThis.document = { getElementById: at, createElement: () => new FakeElement() };
globalThis.matchMedia = () => ({ matches: isStill });
const view = await import("../../overlay/view.js");
const { buildHelp, buttonOf } = await import("../../overlay/help.js");
for (const command of COMMANDS) buttonOf(command).append(new FakeElement());
buildHelp(() => {});
const render = (state, nowMs) => view.render(state, nowMs, strings);

const after = (state, ...events) => events.reduce((before, event) => reduce(before, event, event.at_ms), state);
const show = (state) => render(state, state.clock?.localMs ?? 0);
let live;
beforeEach(() => {
  isStill = false;
  show(initialState());
  live = after(respond(initialState(), "link_opened", 0), started({ names: { prospect: "Dana" } }));
});

test("markup in what was said is written as text", () => {
  const text = "<img src=x onerror=alert(1)>";
  show(after(live, transcript("prospect", 0, text), suggestion("a", { text, quote: text })));
  for (const id of ["sentence", "quote"]) assert.equal(at(id).textContent, text);
  assert.equal(at("lines").textContent, `Dana${text}`);
});

test("nothing is claimed about who said what where both sides are on one channel", () => {
  const open = respond(initialState(), "link_opened", 0);
  const mixed = after(open, started({ speakers: ["mixed"], names: { prospect: "Dana" } }));
  show(after(mixed, transcript("mixed", 0, "It is too dear."), suggestion("a")));
  assert.equal(at("lines").textContent, "You or themIt is too dear.");
  assert.equal(at("delivery").textContent, "Uncertain: you may have said it");
});

test("a suggestion is written once, however often it is shown", () => {
  const state = after(live, suggestion("a"));
  show(state);
  const { writes } = at("sentence");
  show(state);
  show(respond(state, "ticked", 2000));
  assert.equal(at("sentence").writes, writes);
  assert.equal(at("stage").dataset.offer, "shown");
});

test("the words stay in place when a suggestion leaves, for the style sheet to fade", () => {
  show(after(live, suggestion("a", { text: "Fading" }), told("suggestion_withdrawn", { id: "a", reason: "expired" })));
  show(after(live, suggestion("b", { text: "Fading" })));
  show(live);
  assert.deepEqual([at("stage").dataset.offer, at("sentence").textContent], ["none", "Fading"]);
});

test("a new suggestion enters with movement, unless the rep wants none", () => {
  const before = at("card").animations;
  const first = after(live, suggestion("a"));
  show(first);
  show(first);
  show(after(first, suggestion("b")));
  assert.equal(at("card").animations, before + 2);
  isStill = true;
  show(after(live, suggestion("c")));
  assert.equal(at("card").animations, before + 2);
});

test("a pin shows as such, with what waits behind it", () => {
  const pinned = respond(after(live, suggestion("a")), "pin_toggled", 1000);
  show(after(pinned, suggestion("b")));
  assert.deepEqual(
    [at("stage").dataset.pinned, at("pin-text").textContent, at("delivery").textContent, at("more").textContent],
    ["true", "Unpin", "Pinned", "1 more"],
  );
});

test("a suggestion that is doubtful or over says so", () => {
  const shown = after(live, suggestion("a"));
  show(
    after(
      shown,
      told("cue_withdrawn", { cue: "price", cue_kind: "objection", speaker: "prospect", quote: "the cost" }),
    ),
  );
  assert.deepEqual([at("stage").dataset.doubtful, at("delivery").textContent], ["true", "Their words changed"]);
  const pinned = respond(shown, "pin_toggled", 1000);
  show(after(pinned, { ...told("suggestion_withdrawn", { id: "a", reason: "expired" }) }));
  assert.deepEqual(
    [at("stage").dataset.doubtful, at("delivery").textContent],
    ["true", "Pinned. Its moment has passed"],
  );
});

test("the life bar shrinks with the suggestion's life", () => {
  const state = after(live, suggestion("a", { at_ms: 4000, expires_ms: 16_000 }));
  render(state, 7000);
  assert.equal(at("life-left").style.transform, "scaleX(0.7500)");
});

test("lines keep their place, speaker and order, and what is gone leaves", () => {
  const lines = () => at("lines").children.map((row) => [row.dataset.speaker, row.dataset.continues, row.textContent]);
  const state = after(live, transcript("prospect", 2, "I think", "so"), transcript("prospect", 3, "", "yes"));
  show(state);
  const [first] = at("lines").children;
  assert.deepEqual(lines(), [
    ["prospect", "false", "DanaI think so"],
    ["prospect", "true", "Danayes"],
  ]);
  show(after(state, transcript("rep", 1, "Well"), transcript("prospect", 3, "")));
  assert.deepEqual(lines(), [
    ["rep", "false", "YouWell"],
    ["prospect", "false", "DanaI think so"],
  ]);
  assert.equal(at("lines").children[1], first);
});

test("lines follow the newest, unless the rep has scrolled back", () => {
  const list = at("lines");
  list.scrollTop = list.scrollHeight - list.clientHeight;
  show(live);
  assert.equal(list.scrollTop, list.scrollHeight);
  list.scrollTop = 40;
  show(live);
  assert.equal(list.scrollTop, 40);
});

test("the status line, the clock and the keys are written", () => {
  show(respond(after(live, told("lagging", { is_late: true, lag_ms: 3000, at_ms: 61_000 })), "keys_toggled", 0));
  assert.deepEqual(
    ["headline", "clock", "keys"].map((id) => at(id).textContent),
    ["Words are late", "1:01", "Single keys: off"],
  );
  assert.deepEqual([at("status").dataset.tone, at("overlay").dataset.keys], ["caution", "off"]);
});

const pulse = (fields) =>
  told("pulse_changed", {
    rep_share: null,
    pace_wpm: null,
    monologue_from_ms: null,
    silence_from_ms: null,
    silence_for_ms: 4000,
    ...fields,
  });

test("the pulse shows what is known, and the ring fills while a silence is held", () => {
  const held = after(live, pulse({ rep_share: 0.6, pace_wpm: 150, silence_from_ms: 8000, at_ms: 9000 }));
  render(held, 9000);
  assert.deepEqual(
    [at("share").textContent, at("pace").textContent, at("monologue").textContent, at("status").dataset.ring],
    ["You talk 60%", "150 words/min", "", "on"],
  );
  assert.deepEqual([at("ring-part").style.strokeDashoffset, at("share-part").style.transform], ["0.75", "scaleX(0.6)"]);
  render(held, 12_000);
  assert.equal(at("status").dataset.ring, "full");
  render(after(held, pulse({ at_ms: 13_000 })), 13_000);
  assert.deepEqual([at("status").dataset.ring, at("share").textContent], ["off", ""]);
});

test("a suggestion that was said is ticked off", () => {
  show(after(live, suggestion("a"), told("suggestion_used", { id: "a", how: "own_words", text: "x", start_ms: 0 })));
  assert.deepEqual([at("stage").dataset.offer, at("delivery").textContent], ["used", "Said in your own words"]);
});

test("the live region has each suggestion once, and that it was said", () => {
  const shown = after(live, suggestion("z1"));
  show(shown);
  assert.equal(at("spoken").textContent, "Label: Say z1");
  const { writes } = at("spoken");
  show(respond(shown, "pin_toggled", 1000));
  show(respond(shown, "ticked", 1200));
  assert.equal(at("spoken").writes, writes);
  show(after(shown, told("suggestion_used", { id: "z1", how: "said", text: "x", start_ms: 0 })));
  assert.equal(at("spoken").textContent, "Said");
});

test("the list of keys shows each command's key, and which one waits for a new one", () => {
  const open = respond(respond(live, "panel_toggled", 0, "help"), "rebinding", 0, "dismiss");
  show(open);
  const rows = at("help-list").children.map((row) => row.children.map((part) => part.textContent));
  assert.equal(at("help").hidden, false);
  assert.deepEqual(rows.slice(0, 3), [
    ["Pin the suggestion, or unpin it", "P"],
    ["Dismiss the suggestion", "Press a key"],
    ["Another suggestion instead", "N"],
  ]);
  show(respond(open, "rebound", 0, "k"));
  assert.equal(buttonOf("dismiss").lastElementChild.textContent, "K");
  show(live);
  assert.equal(at("help").hidden, true);
});

test("the page says where the overlay is, and the buttons what they would do", () => {
  const apart = respond(respond(live, "moved", 0, "apart"), "view_toggled", 0);
  show(apart);
  assert.deepEqual(
    [at("away").hidden, at("float-text").textContent, at("view-text").textContent, at("overlay").dataset.view],
    [false, "Put back", "Full", "compact"],
  );
  show(live);
  assert.deepEqual([at("away").hidden, at("float-text").textContent], [true, "Pop out"]);
});

test("what may be said first stands on the empty stage, as text, and is written once", () => {
  const text = "<b>It may seem like a lot.</b>";
  const preparation = { who: "Dana", company: "", pressures: [], win: "", fears: [], expect: [] };
  const state = after(live, told("call_prepared", { preparation, audits: [text, "It may feel late."] }));
  show(state);
  assert.deepEqual(at("audits").children.map((row) => row.textContent), [text, "It may feel late."]);
  const [first] = at("audits").children;
  show(respond(state, "ticked", 1));
  assert.equal(at("audits").children[0], first);
  assert.equal(at("audits").hidden, false);
  show(live);
  assert.equal(at("audits").hidden, true);
});

test("consent says where it stands, what to say and what is kept", () => {
  const asked = (consent, is_kept) =>
    respond(after(live, told("consent_changed", { consent, is_kept, line: "May I?" })), "panel_toggled", 0, "consent");
  const shown = () => ["consent-state", "consent-line", "consent-kept"].map((id) => at(id).textContent);
  const buttons = () => ["announced", "refused"].filter((id) => !at(id).hidden);
  show(asked("not_asked", true));
  assert.deepEqual(shown(), ["not asked", "May I?", strings.consent.kept.not_asked]);
  assert.deepEqual([at("consent").hidden, at("link").hidden, at("overlay").dataset.panel], [false, true, "consent"]);
  assert.deepEqual([at("refused").textContent, buttons()], [strings.consent.refused, ["announced", "refused"]]);
  show(asked("not_asked", false));
  assert.equal(at("consent-kept").textContent, strings.consent.notKept.not_asked);
  assert.equal(at("refused").textContent, strings.consent.refusedUnkept);
  show(asked("announced", true));
  assert.deepEqual(buttons(), ["refused"]);
  show(asked("refused", true));
  assert.deepEqual([at("consent-kept").textContent, buttons()], [strings.consent.kept.refused, ["refused"]]);
  assert.equal(at("refused").textContent, strings.consent.deleteAgain);
  show(asked("refused", false));
  assert.deepEqual([at("consent-kept").textContent, buttons()], [strings.consent.notKept.refused, []]);
});

test("a link to the call has its token where no server logs it, and its time", () => {
  globalThis.location = { origin: "https://assist.example" };
  const open = respond(live, "panel_toggled", 0, "link");
  show(open);
  assert.deepEqual([at("link-until").textContent, at("link-text").hidden], [strings.oneMoment, true]);
  show(reduce(open, { kind: "shared", call: "c", token: "t.s", expires_at_s: 0 }, 0));
  assert.equal(at("link-text").value, "https://assist.example/?call=c#t.s");
  assert.match(at("link-until").textContent, /until \d/);
  show(after(open, told("call_ended", { duration_ms: 1, reason: "stopped" })));
  assert.deepEqual([at("link").hidden, at("overlay").dataset.panel], [true, ""]);
});

test("who only watches is not taken for the rep", () => {
  const watching = respond(initialState(undefined, true), "link_opened", 0);
  const said = (names) => after(watching, started({ names }), transcript("rep", 0, "Hello."), talking());
  show(said({ rep: "Alex" }));
  assert.deepEqual([at("lines").textContent, at("share").textContent], ["AlexHello.", "Rep talks 60%"]);
  show(said({}));
  assert.equal(at("lines").textContent, "RepHello.");
});

const talking = () =>
  told("pulse_changed", { rep_share: 0.6, pace_wpm: null, monologue_from_ms: null, silence_from_ms: null, silence_for_ms: 0 });
