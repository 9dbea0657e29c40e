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
  refused: "This link no longer works",
  waiting: "Waiting for a call",
  willAppear: "It will appear here by itself.",
  listening: "Listening",
  hearing: {
    both: "Hearing both sides.",
    rep: "Hearing you only.",
    prospect: "Hearing the prospect only.",
    mixed: "Both sides on one channel: who says what is not known.",
  },
  expired: "This link has expired",
  askForLink: "Ask whoever gave it to you for a new one.",
  ended: "Call ended",
  endings: {
    stopped: "Take a breath before your notes.",
    connection_lost: "The sound of the call broke off.",
    refused: "The call was refused. The server\u2019s log says why.",
    shutdown: "The assistant was shut down.",
    failed: "The assistant failed. The server\u2019s log says why.",
  },
  stillKept: "The call is still kept",
  /** @param {string} call */
  deleteIt: (call) => `It ended before their refusal got through. Have it deleted: assist purge ${call}`,
  agreements: {
    thats_right: { headline: "\u201cThat\u2019s right\u201d", detail: "They feel understood." },
    youre_right: {
      headline: "\u201cYou\u2019re right\u201d",
      detail: "Often a polite exit. Go back to their concern.",
    },
  },
  noSound: {
    both: { headline: "No sound from either side", detail: "Is the page or the line that brings the call in still there?" },
    rep: { headline: "No sound from you", detail: "Is your microphone muted?" },
    prospect: { headline: "No sound from them", detail: "They may be muted." },
    mixed: { headline: "No sound", detail: "Is the page or the line that brings the call in still there?" },
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
  busy: "The server is busy",
  onlySureWords: "Words appear a little later, once they are sure.",
  /** @param {string} words */
  quoted: (words) => `\u201c${words}\u201d`,
  /** @param {string} headline */
  also: (headline) => `${headline}.`,

  // The pulse.
  pulse: "Pulse of the call",
  /** @param {number} percent */
  share: (percent) => `You talk ${percent}%`,
  /** @param {number} percent */
  shareOfRep: (percent) => `Rep talks ${percent}%`,
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
    live: "Nothing to suggest right now.",
    ended: "That was the call.",
    refused: "Your calls go on. Only this page needs a new link.",
    lost: "Keep listening. Suggestions will be back.",
    expired: "There is nothing more to see here.",
  },
  /** @param {string} about */
  readyFor: (about) => (about === "" ? "Ready for your call." : `Ready for ${about}.`),
  sayFirst: "Say first what they may be thinking:",
  notices: {
    copied: "Copied",
    not_copied: "The browser would not copy it",
    less: "Less of that from now on.",
    no_other: "Nothing else for now",
    unheard: "Not now: the assistant is out of reach",
    announced: "They know.",
    refused: "Nothing of this call is kept.",
    not_deleted: "Something could not be deleted.",
  },
  /** @param {string} technique @param {string} sentence */
  spoken: (technique, sentence) => `${technique}: ${sentence}`,

  // What was said.
  lines: "Last lines of the call",
  you: "You",
  rep: "Rep",
  prospect: "Prospect",
  youOrThey: "You or them",

  // Buttons and keys.
  openDebrief: "Open the debrief",
  prepare: "Prepare",
  bringCallIn: "Add a call",
  practise: "Practise",
  pastCalls: "Past calls",
  viewing: "You are watching. Read only.",
  recorded: "Recorded",
  notRecorded: "Not recorded",
  replay: {
    bar: "Replay",
    play: "Play",
    pause: "Pause",
    position: "Time in the call",
    speed: "Speed",
    noSound: "No sound was kept.",
    noCall: "There is no call by that name.",
    debrief: "Debrief",
    pastCalls: "Past calls",
  },
  commands: {
    pin: "Pin",
    dismiss: "Dismiss",
    next: "Next",
    copy: "Copy",
    less: "Less",
    consent: "Consent",
    link: "Share",
    view: "Compact",
    float: "Pop out",
    help: "Keys",
  },
  ofThis: "of this",
  unpin: "Unpin",
  full: "Full",
  backToPage: "Put back",
  explained: {
    pin: "Pin the suggestion, or unpin it",
    dismiss: "Dismiss the suggestion",
    next: "Another suggestion instead",
    copy: "Copy the sentence",
    less: "Less of this kind in this call",
    consent: "Consent, and what is kept",
    link: "A link to watch this call",
    view: "Compact view, or the full one",
    float: "Into a window of its own, or back",
    help: "Show or hide this list",
  },
  escape: "Escape closes what is open, else it dismisses the suggestion.",
  keysOn: "Single keys: on",
  keysOff: "Single keys: off",
  resetKeys: "Reset the keys",
  pressKey: "Press a key",
  /** @param {string} explained @param {string} key */
  changeKey: (explained, key) => `${key}, change the key for: ${explained}`,
  close: "Close",

  // What they know of it, and who else may watch.
  consent: {
    youCanSay: "You can say:",
    states: { not_asked: "not asked", announced: "announced", refused: "refused" },
    kept: {
      not_asked: "The call is kept unless they refuse.",
      announced: "They know. The call is kept.",
      refused: "Something of this call could not be deleted. The server\u2019s log says why.",
    },
    notKept: {
      not_asked: "Nothing is kept until they know.",
      announced: "They know.",
      refused: "They refused. What was kept of this call is deleted, and nothing more is kept. You still get help.",
    },
    announced: "They know",
    refused: "They refuse: delete it",
    refusedUnkept: "They refuse",
    deleteAgain: "Try to delete it again",
  },
  oneMoment: "One moment.",
  passedOn: "The assistant is out of reach. This is passed on as soon as it is back.",
  /** @param {Date} until */
  linkHolds: (until) =>
    `Anyone with this link can watch this call, and do nothing else, until ${until.toLocaleTimeString("en", { timeStyle: "short" })}.`,
  linkText: "Link to this call",

  // The page that prepares a call.
  preparation: {
    title: "Prepare a call",
    lead: "Three minutes with their side of it. All of this is optional, and stays on this server.",
    who: "Who is it?",
    company: "At which company?",
    pressures: "What pressures are they likely under?",
    aThoughtALine: "One per line, such as: the audit in January",
    win: "What would a win look like for them?",
    personally: "For them personally, not for the company.",
    fears: "What might they fear?",
    fearsLike: "One per line, such as: losing the trust of their team",
    expect: "Words to expect",
    withCommas: "Names and products you are likely to hear, with commas between.",
    keep: "Keep it for the next call",
    clear: "Clear",
    overlay: "Open the overlay",
    first: "What you may say first",
    states: {
      connecting: "Looking for the assistant.",
      cut: "The assistant does not answer. Trying again. What you type stays here.",
      refused: "This page needs a link that lets you prepare calls. Ask for a new one.",
      empty: "Nothing is kept yet.",
      unsent: "Not kept yet.",
      too_much: "Too much here: at most 8 lines (or 50 words to expect), each of at most 200 letters.",
      kept: "Kept. Your next call takes it along.",
      taken: "Your call has begun, and took it along.",
    },
  },

  away: "The overlay is in a window of its own.",
  bringBack: "Bring it back",
};
