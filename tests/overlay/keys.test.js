// Which key does what, which must be left to the browser, and how keys are changed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { keyName, listenToKeys, meaningOf } from "../../overlay/keys.js";
import { defaultSettings } from "../../overlay/settings.js";
import { initialState } from "../../overlay/state.js";

const press = (key, fields = {}) => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  isComposing: false,
  ...fields,
});
const calm = initialState();
const command = (key, state = calm) => meaningOf(press(key), state)?.command ?? null;

test("each command has its key, in either case", () => {
  for (const [name, key] of Object.entries(defaultSettings.keys)) {
    assert.deepEqual([command(key), command(key.toUpperCase())], [name, name]);
  }
});

test("Escape dismisses, and closes the list of keys first", () => {
  assert.equal(command("Escape"), "dismiss");
  assert.equal(command("Escape", { ...calm, panel: "help" }), "help");
});

test("every other key is left alone", () => {
  assert.deepEqual(
    ["x", "Enter", " ", "Tab", "Pause", "Dead"].map((key) => meaningOf(press(key), calm)),
    Array(6).fill(null),
  );
});

test("a combination, a held key and text being composed are left alone", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey", "repeat", "isComposing"]) {
    assert.equal(meaningOf(press("p", { [held]: true }), calm), null);
    assert.equal(meaningOf(press("Escape", { [held]: true }), calm), null);
  }
});

test("single keys can be turned off, Escape works always", () => {
  const off = { ...calm, settings: { ...defaultSettings, hasKeys: false } };
  assert.deepEqual(
    ["p", "d", "?", "Escape"].map((key) => command(key, off)),
    [null, null, null, "dismiss"],
  );
});

test("a command that waits for its key takes the next one that types something", () => {
  const waiting = { ...calm, rebinding: "pin" };
  assert.deepEqual(meaningOf(press("k"), waiting), { key: "k" });
  assert.deepEqual(meaningOf(press("d"), waiting), { key: "d" });
  assert.deepEqual(meaningOf(press("Escape"), waiting), { key: null });
  assert.deepEqual(meaningOf(press("Tab"), waiting), { key: null });
  assert.equal(meaningOf(press("Enter"), waiting), null);
  assert.equal(meaningOf(press(" "), waiting), null);
});

test("the page's keys are heard, with the state of that moment, and what is typed into a field is not", () => {
  const page = new EventTarget();
  const acted = [];
  let state = calm;
  listenToKeys(page, () => state, { command: (name) => acted.push(name), key: (key) => acted.push([key]) });
  const strike = (key) => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), press(key));
    page.dispatchEvent(event);
    return event.defaultPrevented;
  };
  assert.deepEqual([strike("p"), strike("x")], [true, false]);
  state = { ...calm, rebinding: "pin" };
  assert.deepEqual([strike("k"), strike("Tab")], [true, false]);
  state = { ...calm, settings: { ...defaultSettings, hasKeys: false } };
  strike("p");
  state = calm;
  page.matches = () => true;
  strike("p");
  assert.deepEqual(acted, ["pin", ["k"], [null]]);
});

test("a key is shown as it stands on the keyboard", () => {
  assert.deepEqual(["p", "?", "\u00e4"].map(keyName), ["P", "?", "\u00c4"]);
});
