// Which side is silent, and whether one leaks into the other: loudness as of speech, with noise, echo and both talking.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { BLOCK_MS, createCheck, hearingOf, leakOf, levels } from "../../overlay/capture-check.js";

const NOISE_DB = -62;

/** Numbers from 0 to 1 that are the same each time. */
function createDice(seed) {
  let state = seed * 7_919 + 1;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const power = (db) => 10 ** (db / 10);
const db = (sum) => 10 * Math.log10(sum);

/**
 * Power a block as of someone who speaks: syllables of 100 to 300 ms of different strength, in phrases of 1 to 4 s with
 * pauses between; silent where `speaks` says so.
 */
function speech(seed, blocks, loudDb, speaks = () => true) {
  const dice = createDice(seed);
  const powers = [];
  while (powers.length < blocks) {
    const phraseEnd = powers.length + 50 + 150 * dice();
    while (powers.length < phraseEnd) {
      const length = 5 + Math.floor(10 * dice());
      const peakDb = loudDb - 14 * dice();
      const shape = (i) => Math.sin((Math.PI * (i + 0.5)) / length);
      for (let i = 0; i < length; i += 1) powers.push(power(peakDb - 25 * (1 - shape(i))));
    }
    for (let pause = 10 + 40 * dice(); pause > 0; pause -= 1) powers.push(0);
  }
  return powers.slice(0, blocks).map((value, at) => (speaks(at) ? value : 0));
}

/** What a microphone in the same room makes of it: weaker, later, and with an echo. */
function leaked(powers, delay, weakerDb, echo = 0.5) {
  let tail = 0;
  return powers.map((_, at) => {
    tail = echo * tail + (1 - echo) * (powers[at - delay] ?? 0);
    return tail * power(-weakerDb);
  });
}

/** Powers of one channel, summed, with noise of its own, as dB. */
function channel(seed, ...parts) {
  const dice = createDice(seed);
  return parts[0].map((_, at) => db(parts.reduce((sum, part) => sum + part[at], power(NOISE_DB + 4 * dice() - 2))));
}

const nobody = (blocks) => new Array(blocks).fill(0);
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

describe("levels", () => {
  test("are dB below full scale, each side its own", () => {
    const block = Int16Array.from({ length: 640 }, (_, i) => (i % 2 ? 0 : i % 4 ? 16_384 : -16_384));
    const [rep, prospect] = levels(block);
    assert.ok(Math.abs(rep + 6.02) < 0.01);
    assert.equal(prospect, -96);
    assert.deepEqual(levels(new Int16Array(640).fill(-32_768)), [0, 0]);
  });
});

describe("hearing", () => {
  const blocks = 250;
  test("digital silence is dead, a room's noise is quiet, speech is heard", () => {
    assert.equal(hearingOf(new Array(blocks).fill(-96)), "dead");
    for (const seed of SEEDS) {
      assert.equal(hearingOf(channel(seed, nobody(blocks))), "quiet");
      assert.equal(hearingOf(channel(seed, speech(seed, blocks, -20))), "heard");
      assert.equal(hearingOf(channel(seed, speech(seed, blocks, -34))), "heard");
    }
  });

  test("a steady hum is no speech, and a click is none", () => {
    assert.equal(hearingOf(new Array(blocks).fill(-30)), "quiet");
    assert.equal(hearingOf(new Array(blocks).fill(-60).fill(-10, 100, 103)), "quiet");
  });

  test("what was heard long ago counts no more", () => {
    assert.equal(hearingOf([...channel(1, speech(1, 250, -20)), ...new Array(250).fill(-96)]), "dead");
  });
});

describe("leak", () => {
  const blocks = 500;
  for (const delay of [0, 2, 5, 12, 25]) {
    for (const weakerDb of [6, 15, 25]) {
      test(`their voice in the rep's microphone ${delay * BLOCK_MS} ms later and ${weakerDb} dB weaker`, () => {
        for (const seed of SEEDS) {
          const theirs = speech(seed, blocks, -18);
          const rep = channel(seed + 50, leaked(theirs, delay, weakerDb));
          assert.equal(leakOf(rep, channel(seed + 90, theirs)), "prospect_in_rep", `seed ${seed}`);
        }
      });
    }
  }

  test("the rep's voice in the meeting's sound", () => {
    for (const seed of SEEDS) {
      const mine = speech(seed, blocks, -18);
      const prospect = channel(seed + 50, leaked(mine, 10, 12));
      assert.equal(leakOf(channel(seed + 90, mine), prospect), "rep_in_prospect", `seed ${seed}`);
    }
  });

  test("is told also when the rep says something in between", () => {
    for (const seed of SEEDS) {
      const theirs = speech(seed, blocks, -18, (at) => at < 400);
      const mine = speech(seed + 20, blocks, -22, (at) => at > 420);
      assert.equal(leakOf(channel(seed + 50, leaked(theirs, 6, 10), mine), channel(seed, theirs)), "prospect_in_rep");
    }
  });

  test("is none where they take turns, talk at once, or only one talks", () => {
    const turns = (at) => Math.floor(at / 120) % 2 === 0;
    for (const seed of SEEDS) {
      const apart = [speech(seed, blocks, -20, turns), speech(seed + 30, blocks, -24, (at) => !turns(at))];
      const together = [speech(seed, blocks, -20, turns), speech(seed + 30, blocks, -24, turns)];
      const always = [speech(seed, blocks, -20), speech(seed + 30, blocks, -24)];
      const alone = [speech(seed, blocks, -20), nobody(blocks)];
      for (const [one, other] of [apart, together, always, alone, [...alone].reverse()]) {
        assert.equal(leakOf(channel(seed + 60, one), channel(seed + 70, other)), null, `seed ${seed}`);
      }
    }
  });

  test("is none where nobody talks, or both lines are dead", () => {
    assert.equal(leakOf(channel(1, nobody(blocks)), channel(2, nobody(blocks))), null);
    assert.equal(leakOf(new Array(blocks).fill(-96), new Array(blocks).fill(-96)), null);
    assert.equal(leakOf([], []), null);
  });
});

describe("check", () => {
  const tell = (check, rep, prospect) => rep.forEach((repDb, at) => check.hear([repDb, prospect[at]]));

  test("before any sound nothing is wrong and nothing heard", () => {
    assert.deepEqual(createCheck().verdict(), { rep: "quiet", prospect: "quiet", leak: null });
  });

  test("a leak is told while it lasts, and taken back once headphones are on", () => {
    const check = createCheck();
    const theirs = speech(3, 1_500, -18);
    const prospect = channel(4, theirs);
    tell(check, channel(5, leaked(theirs, 6, 12)).slice(0, 700), prospect.slice(0, 700));
    assert.deepEqual(check.verdict(), { rep: "heard", prospect: "heard", leak: "prospect_in_rep" });
    tell(check, channel(6, nobody(800)), prospect.slice(700));
    assert.deepEqual(check.verdict(), { rep: "quiet", prospect: "heard", leak: null });
  });

  test("costs little: a second of sound in a few milliseconds", () => {
    const check = createCheck();
    const [rep, prospect] = [channel(1, speech(1, 3_000, -20)), channel(2, speech(2, 3_000, -20))];
    const begun = performance.now();
    tell(check, rep, prospect);
    const perSecond = (performance.now() - begun) / 60;
    assert.ok(perSecond < 100, `${perSecond} ms`);
  });
});
