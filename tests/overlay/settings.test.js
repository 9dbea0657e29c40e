// What is kept on the machine, and what becomes of it when it makes no sense.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { COMMANDS, defaultSettings, isKey, readSettings, rebound } from "../../overlay/settings.js";

describe("what was kept", () => {
  test("comes back as it was", () => {
    const window = { width: 300, height: 200, left: -4, top: 9 };
    const settings = { hasKeys: false, keys: { ...defaultSettings.keys, pin: "k" }, view: "compact", window };
    assert.deepEqual(readSettings(JSON.stringify(settings)), settings);
  });

  test("is as in the beginning where it is missing, torn or strange", () => {
    for (const text of [null, "", "{", "null", "7", "[]", '{"keys":7,"view":1,"window":2}', '{"window":null}']) {
      assert.deepEqual(readSettings(text), defaultSettings, text);
    }
  });

  test("loses only what makes no sense", () => {
    const read = (kept) => readSettings(JSON.stringify(kept));
    assert.deepEqual(read({ keys: { pin: "Enter", copy: "X" } }).keys, { ...defaultSettings.keys, copy: "x" });
    assert.deepEqual(read({ keys: { pin: "d" } }).keys, defaultSettings.keys);
    assert.deepEqual(read({ window: { width: 5, height: 300, left: 1, top: 1 } }).window, {
      ...defaultSettings.window,
      left: 1,
      top: 1,
    });
    assert.equal(read({ window: { width: 400, height: 300, left: "1", top: 1 } }).window.left, null);
  });
});

describe("another key for a command", () => {
  test("is its own, in lower case", () => {
    assert.equal(rebound(defaultSettings.keys, "pin", "K").pin, "k");
  });

  test("that had one of another gives that one the old key, so that each keeps one", () => {
    const keys = rebound(defaultSettings.keys, "pin", "d");
    assert.deepEqual([keys.pin, keys.dismiss], ["d", "p"]);
    assert.deepEqual(rebound(defaultSettings.keys, "pin", "p"), defaultSettings.keys);
  });

  test("whatever is pressed in whatever order, no two commands share a key", () => {
    let keys = defaultSettings.keys;
    let seed = 7;
    for (let round = 0; round < 2000; round += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      keys = rebound(keys, COMMANDS[seed % COMMANDS.length], "abcdnplvw?x".charAt(Math.floor(seed / 64) % 11));
      assert.equal(new Set(Object.values(keys)).size, COMMANDS.length);
    }
  });

  test("is one that types something visible", () => {
    assert.deepEqual(["a", "?", "\u00e4", "\u{1f600}"].map(isKey), [true, true, true, true]);
    assert.deepEqual([" ", "", "ab", "Enter", 5, undefined].map(isKey), Array(6).fill(false));
  });
});
