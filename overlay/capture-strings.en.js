// Every word of the capture page, in English. Another language is one more file like this: capture-strings.de.js.

const broken = "The browser could not start to take sound. Reload this page, then choose again.";

/** @param {number} durationMs @returns {string} */
const seconds = (durationMs) => `${Math.max(1, Math.round(durationMs / 1000))} s`;

export const strings = {
  title: "Add a call",
  intro: "Your microphone is you, the meeting\u2019s sound is them. Keep this tab open while you talk.",
  unable: "This browser cannot give a meeting\u2019s sound. Chrome and Edge on a computer can.",
  sides: { rep: "You", prospect: "Them" },
  levels: { rep: "How loud you are", prospect: "How loud they are" },
  openMicrophone: "Turn the microphone on",
  microphone: "Microphone",
  /** @param {number} place from 1 @returns {string} of one that the browser does not name */
  microphoneNumber: (place) => `Microphone ${place}`,
  chooseMeeting: "Choose the meeting",
  chooseAnother: "Choose another",

  // What is said of each side: of its source, and of its sound.
  sources: {
    rep: {
      off: "Turn your microphone on. Headphones keep the two sides apart.",
      refused: "The browser did not let the microphone be used. Allow it beside the address, then try again.",
      none: "No microphone was found, or another program holds it. Connect one and try again.",
      ended: "The microphone went away. Choose one, and the call goes on.",
      broken,
    },
    prospect: {
      off: "Choose the tab with the meeting, and leave \u201cAlso share tab audio\u201d on. Only its sound is used.",
      refused: "Nothing was chosen. Choose the tab with the meeting.",
      none: "What you chose gives no sound. Choose the meeting\u2019s tab, with \u201cAlso share tab audio\u201d on.",
      ended: "The meeting\u2019s sound has ended. Choose it again, and the call goes on.",
      broken,
    },
  },
  hearings: {
    rep: {
      dead: "No sound at all comes from this microphone. Is it muted, or is another one meant?",
      quiet: "It is on. Say a few words, and the bar should move.",
      heard: "You are heard.",
    },
    prospect: {
      dead: "Nothing comes from the meeting yet. When they speak, the bar should move.",
      quiet: "It is on. When they speak, the bar should move.",
      heard: "They are heard.",
    },
  },

  // The sound check.
  check: {
    bothNeeded: "Sound check: both sides are needed, each from its own source.",
    leaks: {
      prospect_in_rep:
        "Your microphone hears the other side too, so their words would be taken for yours. Use headphones.",
      rep_in_prospect:
        "Your voice is in the meeting\u2019s sound too. Share its tab alone, or ask them to use headphones.",
    },
    apart: "Both sides are heard, and kept apart.",
    bothSilent: "Sound check: both sides are silent so far.",
    repSilent: "Sound check: You are silent so far.",
    prospectSilent: "Sound check: The other side is silent so far.",
  },

  // The line to the assistant.
  line: {
    notStarted: "Not started.",
    ready: "Ready.",
    connecting: "Connecting to the assistant. What is said meanwhile is kept.",
    /** @param {string} why */
    itSays: (why) => `It says: ${why}.`,
    on: "The call is on.",
    behind: "The call is on. What was kept is still on its way.",
    /** @param {number} keptS */
    cut: (keptS) =>
      `The line to the assistant is cut. Up to ${keptS} s of sound are kept, and sent once it is back.`,
    /** @param {number} ms */
    lost: (ms) => `${seconds(ms)} of sound did not get through.`,
    ended: "The call has ended.",
    /** @param {string} why */
    refused: (why) => `The assistant did not take the call: ${why}.`,
  },

  // What is known of the call, and where to go.
  about: "About this call",
  optional: "About this call (optional)",
  theirName: "Their name",
  company: "Company",
  sound: "Sound",
  records: { asSet: "As the server is set", yes: "Keep it with the call", no: "Do not keep it" },
  expect: "Names and products, with commas",
  start: "Start the call",
  stop: "End the call",
  prepare: "Prepare it first",
  overlay: "Open the overlay",
};
