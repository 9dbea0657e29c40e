// Which language the page speaks, and that every catalogue has every word.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";

import { fill, languageFor } from "../../overlay/catalogue.js";
import { strings } from "../../overlay/strings.en.js";

const folder = new URL("../../overlay/", import.meta.url);

describe("the language", () => {
  test("is the first wanted one that there is, by itself or by its region's language", () => {
    assert.equal(languageFor(["fr", "de-AT", "en"], ["de", "en"]), "de");
    assert.equal(languageFor(["pt-br"], ["en", "pt-BR"]), "pt-BR");
    assert.equal(languageFor(["en-GB", "de"], ["de", "en"]), "en");
  });

  test("is English where none is", () => {
    assert.equal(languageFor(["fr"], ["de", "en"]), "en");
    assert.equal(languageFor([], ["en"]), "en");
  });
});

/** Every path in a catalogue with what is there. */
function shape(part, path = "") {
  if (typeof part !== "object") return [`${path}: ${typeof part}`];
  return Object.entries(part).flatMap(([key, value]) => shape(value, `${path}.${key}`));
}

for (const name of readdirSync(folder).filter((one) => /^([a-z]+-)?strings\..+\.js$/.test(one))) {
  test(`${name} has every word and none that nobody says`, async () => {
    const [catalogue, english] = [name, name.replace(/\..+\.js$/, ".en.js")].map((one) => import(new URL(one, folder)));
    assert.deepEqual(shape((await catalogue).strings).sort(), shape((await english).strings).sort());
  });
}

test("words that never change are written where the page asks for them", () => {
  const title = { dataset: { text: "title" } };
  const pin = { dataset: { label: "commands.pin" } };
  fill({ querySelectorAll: () => [title, pin] }, strings);
  assert.deepEqual([title.textContent, pin.ariaLabel], [strings.title, strings.commands.pin]);
});
