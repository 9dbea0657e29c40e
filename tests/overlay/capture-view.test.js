// What the capture page's fields say of a call.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { getElementById: () => null };
const { expectedOf } = await import("../../overlay/capture-view.js");

test("words to expect stand between commas, and are never more or longer than the server takes", () => {
  assert.deepEqual(expectedOf(" Flowdesk, Ana Ruiz,, "), ["Flowdesk", "Ana Ruiz"]);
  assert.deepEqual(expectedOf(""), []);
  assert.equal(expectedOf("a,".repeat(1_000)).length, 200);
  assert.equal(expectedOf("a".repeat(2_000))[0].length, 200);
});
