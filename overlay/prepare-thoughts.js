// What is typed into the preparation and what the server keeps of it, each made of the other; pure.

/** As many and as long as the server takes. */
export const MOST_THOUGHTS = 8;
export const LONGEST_THOUGHT = 200;
export const MOST_EXPECTED = 50;

/**
 * What stands in the fields: `pressures` and `fears` have a thought a line, `expect` has commas between.
 * @typedef {{who: string, company: string, pressures: string, win: string, fears: string, expect: string}} Fields
 * @typedef {import("./types.d.ts").Preparation} Preparation
 */

/** @type {Preparation} */
export const nothing = { who: "", company: "", pressures: [], win: "", fears: [], expect: [] };

/** @param {Fields} fields @returns {Preparation} */
export function preparationOf({ who, company, pressures, win, fears, expect }) {
  return {
    who: who.trim(),
    company: company.trim(),
    pressures: parts(pressures, "\n"),
    win: win.trim(),
    fears: parts(fears, "\n"),
    expect: parts(expect, ","),
  };
}

/** @param {Preparation} preparation @returns {Fields} */
export function fieldsOf({ who, company, pressures, win, fears, expect }) {
  return { who, company, pressures: pressures.join("\n"), win, fears: fears.join("\n"), expect: expect.join(", ") };
}

/**
 * The fields of which there is too much for the server to take.
 * @param {Preparation} preparation @returns {("pressures" | "fears" | "expect")[]}
 */
export function tooMuchIn(preparation) {
  return /** @type {const} */ (["pressures", "fears", "expect"]).filter((name) => {
    const most = name === "expect" ? MOST_EXPECTED : MOST_THOUGHTS;
    const thoughts = preparation[name];
    return thoughts.length > most || thoughts.some((thought) => [...thought].length > LONGEST_THOUGHT);
  });
}

/** @param {string} text @param {string} between @returns {string[]} */
function parts(text, between) {
  return text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part);
}
