// The page as shipped: nothing its content policy forbids, every part the view writes to, colours that can be read.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";

import { strings as captureStrings } from "../../overlay/capture-strings.en.js";
import { strings as practiceStrings } from "../../overlay/practice-strings.en.js";
import { strings } from "../../overlay/strings.en.js";

const folder = new URL("../../overlay/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8");
const html = read("index.html");
const pages = readdirSync(folder).filter((name) => name.endsWith(".html"));
const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));

/** Each page with the script that makes it, and its catalogue. */
const SPOKEN = {
  "index.html": { script: "app.js", words: strings },
  "capture.html": { script: "capture.js", words: captureStrings },
  "practice.html": { script: "practice.js", words: practiceStrings },
  "prepare.html": { script: "prepare.js", words: strings },
};

describe("content policy", () => {
  for (const [page, { script }] of Object.entries(SPOKEN)) {
    test(`${page} has no inline script, style or listener, and loads nothing from elsewhere`, () => {
      assert.doesNotMatch(read(page), /<style|\sstyle=|\son\w+=|javascript:|https?:|\ssrc="\/\//);
      assert.deepEqual(read(page).match(/<script[^]*?<\/script>/g), [`<script type="module" src="${script}"></script>`]);
    });
  }

  test("no page is left out", () => assert.deepEqual(pages.sort(), Object.keys(SPOKEN).sort()));

  test("no script uses a way to turn text into markup or code", () => {
    assert.ok(scripts.includes("view.js"));
    for (const name of scripts) {
      assert.doesNotMatch(
        read(name).replaceAll(/^\/\/.*|\/\*[^]*?\*\//gm, ""),
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|\beval\b|new Function|setAttribute|cssText/,
        name,
      );
    }
  });

  test("scripts and style sheets refer only to files of the folder", () => {
    const named = pages
      .flatMap((page) => [...read(page).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name))
      .filter((name) => !["/", "/capture", "/prepare", "/practice", "/calls"].includes(name));
    const imported = scripts.flatMap((name) => [...read(name).matchAll(/from "\.\/([^"]+)"/g)].map(([, file]) => file));
    const present = [...readdirSync(folder), "languages.js"]; // the server makes that one
    for (const name of [...named, ...imported]) assert.ok(present.includes(name), name);
  });
});

describe("accessibility", () => {
  test("there is one live region, and it is never hidden", () => {
    assert.deepEqual(html.match(/<[^>]*aria-live[^>]*>/g), ['<p id="spoken" class="unseen" aria-live="polite">']);
    assert.doesNotMatch(html, /role="(log|status|alert|timer|marquee)"/);
  });

  test("the page has a language, and its buttons are buttons", () => {
    assert.match(html, /<html lang="en">/);
    assert.equal(html.match(/<button [^>]*type="button"/g).length, html.match(/<button/g).length);
  });

  for (const [page, { script, words }] of Object.entries(SPOKEN)) {
    test(`every word of ${page} stands in its catalogue`, () => {
      const body = read(page).slice(read(page).indexOf("<body>"));
      assert.equal(body.replaceAll(/<[^>]+>/g, "").trim(), "");
      for (const name of reached(script)) {
        const code = read(name).replaceAll(/^ *\/\/.*|\/\*[^]*?\*\//gm, "").replaceAll(/console\.warn\(.*\)/g, "");
        assert.doesNotMatch(code, /["`][A-Z][a-z]+ [a-z]/, name);
      }
      for (const [, path] of body.matchAll(/data-(?:text|label)="([^"]+)"/g)) {
        assert.equal(typeof path.split(".").reduce((found, key) => found[key], words), "string", path);
      }
    });
  }

  test("every part that scripts write to is on the page", () => {
    const ids = new Set(pages.flatMap((page) => [...read(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
    const used = scripts.flatMap((name) => [
      ...read(name).matchAll(/\b(?:write|mark|say|label|level|show|disable|on|element|getElementById)\("([^"]+)"/g),
    ]);
    assert.ok(used.length > 15);
    for (const [, id] of used) assert.ok(ids.has(id), id);
  });

  test("colours stand in one place, and each that is named is there", () => {
    const sheets = [...readdirSync(folder)].filter((name) => name.endsWith(".css")).map(read);
    const debrief = readFileSync(new URL("../assist/debrief/formats/page.css", folder), "utf8");
    const named = new Set(Object.keys(palettes(read("theme.css")).light));
    assert.deepEqual(new Set(Object.keys(palettes(read("theme.css")).dark)), named);
    const light = /@media print [^]*?\n\}/; // paper is white
    for (const sheet of [...sheets, debrief].filter((one) => one !== read("theme.css"))) {
      assert.doesNotMatch(sheet.replace(light, ""), /#[0-9a-f]{6}/i);
      for (const [, name] of sheet.matchAll(/(?:color|background|fill|stroke|border|border-\w+): [^;]*?var\(--([\w-]+)/g)) {
        assert.ok(named.has(name) || name === "mark", name);
      }
    }
  });

  for (const [scheme, colours] of Object.entries(palettes(read("theme.css")))) {
    test(`text is readable in the ${scheme} scheme (WCAG AA, 4.5:1)`, () => {
      const pairs = [
        ...["page", "card", "rest", "tint", "good-tint", "caution-tint", "problem-tint"].map((ground) => [
          "ink",
          ground,
        ]),
        ...["page", "card", "rest", "tint"].map((ground) => ["soft", ground]),
        ...["page", "card", "rest", "tint"].map((ground) => ["accent", ground]),
        ...["good", "caution", "problem", "rep"].map((text) => [text, "card"]),
        ...["good", "caution", "problem"].map((tone) => [tone, `${tone}-tint`]),
      ];
      for (const [text, ground] of pairs) {
        const ratio = contrast(colours[text], colours[ground]);
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
      }
    });
  }
});

/** The scripts that one loads, and those that they load, itself among them. */
function reached(name, known = new Set()) {
  if (known.has(name) || !scripts.includes(name)) return known;
  known.add(name);
  for (const [, file] of read(name).matchAll(/from "\.\/([^"]+)"/g)) reached(file, known);
  return known;
}

/** The colours of the light and of the dark scheme, by name. */
function palettes(css) {
  const colours = (block) =>
    Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]));
  const [light, dark] = css.match(/:root \{[^}]*\}/g);
  return { light: colours(light), dark: colours(dark) };
}

/** Contrast ratio by WCAG 2.2. */
function contrast(one, other) {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
