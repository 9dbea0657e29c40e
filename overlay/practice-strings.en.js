// Every word of the practice page, in English. Another language is one more file like this: practice-strings.de.js.

export const strings = {
  title: "Practice",
  intro: "Somebody picks up. What they say next depends on how you talk, not on what you sell.",
  whom: "Who do you call?",
  how: "How do you answer?",
  speak: "I speak. Headphones keep the two sides apart.",
  type: "I type.",
  start: "Call",
  noList: "The scenarios could not be fetched. Is the assistant still running?",
  microphone: {
    refused: "The browser did not let the microphone be used. Allow it beside the address, or choose to type.",
    none: "No microphone was found, or another program holds it. Connect one, or choose to type.",
    ended: "The microphone went away. End this call, and choose it again or type.",
    broken: "This browser could not start to take sound. Reload this page, or try a newer browser or Chrome.",
  },
  /** @param {string} words */
  unheard: (words) => `Their voice could not be played. They said: \u201c${words}\u201d`,
  keyed: "This server asks for a token that lets you have a say. Open this page by a link that has one, or practise on your own machine: assist practice.",
  refused: "The assistant did not take the call. It says:",

  openness: "How open they are",
  /** @param {number} openness */
  openAt: (openness) => ["Closed", "Guarded", "Listening", "Opening up", "Open", "Understood"][openness],
  said: "What was said",
  suggestion: "What the overlay suggests",
  techniques: { label: "Label", mirror: "Mirror", summary: "Summary", question: "Question" },
  calling: "Calling",
  /** @param {string} name */
  theySpeak: (name) => `${name} is speaking.`,
  yourTurn: { speak: "Your turn. Say it, or let the silence work.", type: "Your turn." },
  listening: "They are listening.",
  lineCut: "The line to the assistant is cut. It will come back by itself.",
  ending: "The call ends. Its last words are being written down.",
  /** @type {Record<string, string>} */
  heard: {
    label: "They heard a label.",
    mislabel: "They heard a label of something they do not feel.",
    mirror: "They heard their own words come back.",
    summary: "They heard it summed up.",
    question: "They heard an open question.",
    pitch: "They heard a pitch.",
    i_understand: "They heard \u201cI understand\u201d.",
    why: "They heard a \u201cwhy\u201d.",
    silence: "You left them the silence.",
    other: "They heard small talk.",
  },
  effects: { opened: "It opened them up.", closed: "It shut them down.", kept: "They stay where they are." },
  yourWords: "What you say",
  say: "Say it",
  wait: "Say nothing",
  ask: "Give me a hint",
  shows: "Show suggestions, as in a real call",
  stop: "Hang up",
  you: "You",

  outcomes: {
    understood: { headline: "\u201cThat\u2019s right.\u201d", meaning: "They feel understood, and they opened the next door themselves." },
    brushed_off: { headline: "A polite goodbye", meaning: "They are gone, and did not say why. Look at where they began to close." },
    none: { headline: "You hung up", meaning: "The practice ended before they came to a decision." },
  },
  debrief: "Open the debrief",
  again: "Practise again",
};
