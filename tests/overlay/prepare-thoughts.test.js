// What is typed becomes what is kept, and back; and what is too much is told before it is sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  LONGEST_THOUGHT,
  MOST_EXPECTED,
  MOST_THOUGHTS,
  fieldsOf,
  nothing,
  preparationOf,
  tooMuchIn,
} from "../../overlay/prepare-thoughts.js";

const typed = {
  who: " Dana Reyes ",
  company: "Northwind",
  pressures: "the audit in January\n\n  a team that is stretched  \n",
  win: "A quiet first quarter\nand no surprises",
  fears: "losing the trust of her team",
  expect: "Flowdesk, SOC 2,,",
};

test("a thought a line, a word between commas, and no blanks", () => {
  assert.deepEqual(preparationOf(typed), {
    who: "Dana Reyes",
    company: "Northwind",
    pressures: ["the audit in January", "a team that is stretched"],
    win: "A quiet first quarter\nand no surprises",
    fears: ["losing the trust of her team"],
    expect: ["Flowdesk", "SOC 2"],
  });
});

test("what was kept stands in the fields as it was meant", () => {
  const kept = preparationOf(typed);
  assert.deepEqual(preparationOf(fieldsOf(kept)), kept);
  assert.deepEqual(preparationOf(fieldsOf(nothing)), nothing);
});

test("too many and too long are found where they are", () => {
  const many = (count) => Array(count).fill("x");
  assert.deepEqual(tooMuchIn({ ...nothing, fears: many(MOST_THOUGHTS), expect: many(MOST_EXPECTED) }), []);
  assert.deepEqual(tooMuchIn({ ...nothing, fears: many(MOST_THOUGHTS + 1), expect: many(MOST_EXPECTED + 1) }), [
    "fears",
    "expect",
  ]);
  assert.deepEqual(tooMuchIn({ ...nothing, pressures: ["\u{1F600}".repeat(LONGEST_THOUGHT)] }), []);
  assert.deepEqual(tooMuchIn({ ...nothing, pressures: ["x".repeat(LONGEST_THOUGHT + 1)] }), ["pressures"]);
});
