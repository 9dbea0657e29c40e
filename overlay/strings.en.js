// Every word of the page, in English. Another language is one more file like this: strings.de.js, with the same keys.

/** @param {number} durationMs @returns {string} */
const seconds = (durationMs) => `${Math.max(0.1, durationMs / 1000).toFixed(durationMs < 9_950 ? 1 : 0)} s`;

export const strings = {
  title: "Live call assist",

  // The line at the top.
  connecting: "Connecting",
  lookingForServer: "Looking for the assistant.",
  noAnswer: "The assistant does not answer yet. Trying again.",
  reconnecting: "Reconnecting",
  mayBeOutOfDate: "What you see may be out of date.",
  waiting: "Waiting for a call",
  willAppear: "It will appear here by itself.",
  listening: "Listening",
  hearing: {
    both: "Hearing both sides.",
    rep: "Hearing you only.",
    prospect: "Hearing the prospect only.",
    mixed: "Both sides on one channel: who says what is not known.",
  },
  ended: "Call ended",
  endings: {
    stopped: "Take a breath before your notes.",
    connection_lost: "The sound of the call stopped coming.",
    refused: "The call was refused. The server\u2019s log says why.",
    shutdown: "The assistant was shut down.",
    failed: "The assistant failed. The server\u2019s log says why.",
  },
  agreements: {
    thats_right: { headline: "\u201cThat\u2019s right\u201d", detail: "They feel understood." },
    youre_right: {
      headline: "\u201cYou\u2019re right\u201d",
      detail: "Often a polite exit. Go back to their concern.",
    },
  },
  noSound: {
    both: { headline: "No sound from either side", detail: "Check how the call is fed in." },
    rep: { headline: "No sound from you", detail: "Is your microphone muted?" },
    prospect: { headline: "No sound from prospect", detail: "They may be muted." },
    mixed: { headline: "No sound", detail: "Check how the call is fed in." },
  },
  soundLost: "Some sound was lost",
  wordsMissing: {
    /** @param {number} ms */
    rep: (ms) => `${seconds(ms)} of your words will be missing.`,
    /** @param {number} ms */
    prospect: (ms) => `${seconds(ms)} of their words will be missing.`,
    /** @param {number} ms */
    mixed: (ms) => `${seconds(ms)} of the words will be missing.`,
  },
  late: "Words are late",
  /** @param {number} ms */
  lateBy: (ms) => `About ${seconds(ms)} behind the call.`,
  /** @param {string} words */
  quoted: (words) => `\u201c${words}\u201d`,
  /** @param {string} headline */
  also: (headline) => `${headline}.`,

  // The pulse.
  pulse: "Pulse of the call",
  /** @param {number} percent */
  share: (percent) => `You talk ${percent}\u202f%`,
  /** @param {number} wpm */
  pace: (wpm) => `${wpm} words/min`,
  /** @param {string} time */
  monologue: (time) => `${time} without a pause`,

  // The suggestion.
  stage: "What to say",
  techniques: { label: "Label", mirror: "Mirror", summary: "Summary", question: "Question" },
  deliveries: {
    label: "Say it, then stay silent",
    mirror: "Curious tone, then stay silent",
    summary: "Then wait for \u201cthat\u2019s right\u201d",
    question: "Calm voice, then listen",
  },
  theySaid: "They said:",
  pinned: "Pinned",
  pinnedAndOver: "Pinned. Its moment has passed",
  wordsChanged: "Their words changed",
  uncertain: "Uncertain: you may have said it",
  used: { said: "Said", own_words: "Said in your own words" },
  oneMore: "1 more",
  empty: {
    unknown: "One moment.",
    waiting: "Ready when your call starts.",
    live: "Listening. Nothing to say is fine.",
    ended: "That was the call.",
    lost: "Keep listening to them. Suggestions will be back.",
  },
  notices: {
    copied: "Copied",
    not_copied: "The browser did not let it be copied",
    less: "Less of that from now on.",
    no_other: "Nothing else for now",
  },
  /** @param {string} technique @param {string} sentence */
  spoken: (technique, sentence) => `${technique}: ${sentence}`,

  // What was said.
  lines: "Last lines of the call",
  you: "You",
  prospect: "Prospect",
  youOrThey: "You or they",

  // Buttons and keys.
  bringCallIn: "Add a call",
  commands: {
    pin: "Pin",
    dismiss: "Dismiss",
    next: "Next",
    copy: "Copy",
    less: "Less",
    view: "Compact",
    float: "Own window",
    help: "Keys",
  },
  ofThis: "of this",
  unpin: "Unpin",
  full: "Full",
  backToPage: "Back to page",
  explained: {
    pin: "Hold the suggestion, or let it go",
    dismiss: "Wave it away",
    next: "Another one instead",
    copy: "Copy the sentence",
    less: "Less of this kind in this call",
    view: "The sentence only, or all",
    float: "In a window of its own, or back",
    help: "Show or hide this list",
  },
  escape: "Escape closes this list, or else waves the suggestion away.",
  keysOn: "Single keys: on",
  keysOff: "Single keys: off",
  resetKeys: "Keys as they were",
  pressKey: "Press a key",
  /** @param {string} explained @param {string} key */
  changeKey: (explained, key) => `${key}, change the key for: ${explained}`,
  close: "Close",
  away: "The overlay is in a window of its own.",
  bringBack: "Bring it back",
};
