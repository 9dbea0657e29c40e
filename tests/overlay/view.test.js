// What the view writes on the page, with a page just real enough to be written to; Chromium is tested elsewhere.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { initialState, reduce, respond } from "../../overlay/state.js";
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
}

const elements = new Map();
const at = (id) => elements.get(id) ?? elements.set(id, new FakeElement()).get(id);
let isStill = false;
globalThis.document = { getElementById: at, createElement: () => new FakeElement() };
globalThis.matchMedia = () => ({ matches: isStill });
const { render } = await import("../../overlay/view.js");

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
  show(after(live, transcript("prospect", 0, text), suggestion("a", { text, quote: text, technique: text })));
  for (const id of ["sentence", "quote", "technique"]) assert.equal(at(id).textContent, text);
  assert.equal(at("lines").textContent, `Dana${text}`);
});

test("nothing is claimed about who said what where both sides are on one channel", () => {
  const open = respond(initialState(), "link_opened", 0);
  const mixed = after(open, started({ speakers: ["mixed"], names: { prospect: "Dana" } }));
  show(after(mixed, transcript("mixed", 0, "It is too dear."), suggestion("a")));
  assert.equal(at("lines").textContent, "You or theyIt is too dear.");
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
    ["Words are late", "1:01", "Shortcut keys: off"],
  );
  assert.deepEqual([at("status").dataset.tone, at("stage").dataset.keys], ["caution", "off"]);
});
