// Which key does what, and which must be left to the browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { actionFor, listenToKeys } from "../../overlay/keys.js";

const press = (key, fields = {}) => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  isComposing: false,
  ...fields,
});

test("P pins, D and Escape dismiss, in either case", () => {
  assert.deepEqual(
    ["p", "P", "d", "D", "Escape"].map((key) => actionFor(press(key), true)),
    ["pin_toggled", "pin_toggled", "dismissed", "dismissed", "dismissed"],
  );
});

test("every other key is left alone", () => {
  assert.deepEqual(
    ["x", "Enter", " ", "Tab", "Pause", "Dead"].map((key) => actionFor(press(key), true)),
    Array(6).fill(null),
  );
});

test("a combination, a held key and text being composed are left alone", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey", "repeat", "isComposing"]) {
    assert.equal(actionFor(press("p", { [held]: true }), true), null);
    assert.equal(actionFor(press("Escape", { [held]: true }), true), null);
  }
});

test("letters can be turned off, Escape works always", () => {
  assert.deepEqual(
    ["p", "d", "Escape"].map((key) => actionFor(press(key), false)),
    [null, null, "dismissed"],
  );
});

test("the page's keys are heard, with the setting of that moment", () => {
  const page = new EventTarget();
  const acted = [];
  let hasKeys = true;
  listenToKeys(
    page,
    () => hasKeys,
    (action) => acted.push(action),
  );
  const strike = (key) => page.dispatchEvent(Object.assign(new Event("keydown"), press(key)));
  strike("p");
  strike("x");
  hasKeys = false;
  strike("p");
  assert.deepEqual(acted, ["pin_toggled"]);
});
