// The practice page's composition root: the prospect's voice and the rep's microphone go onto the capture page's line, as
// the two sides of a call; what the server tells of that call decides what is said next.

import { respond } from "./actions.js";
import { openLine } from "./capture-line.js";
import { SourceFault, createSound, openMicrophone } from "./capture-sound.js";
import { fill, languageFor } from "./catalogue.js";
import { keepConnected } from "./connection.js";
import { practiceLanguages } from "./languages.js";
import { disable, element, write } from "./page.js";
import { createProspect } from "./practice-prospect.js";
import { called, choosing, heardOut, hungUp, told } from "./practice-state.js";
import { listScenarios, renderPractice } from "./practice-view.js";
import { secret, socketUrl, worldWith } from "./sockets.js";
import { initialState, reduce, watchMessage } from "./state.js";
import { admitted, openPages, tokenOf } from "./token.js";

const TICK_MS = 250;

/** What lets the page in, where the server asks for a token. */
const pass = tokenOf(window);
const Socket = admitted(WebSocket, pass, window);

const language = languageFor(navigator.languages, practiceLanguages);
const { strings } = await import(`./practice-strings.${language}.js`);
/** @type {import("./practice-view.js").Scenario[]} */
let scenarios = [];
/** @type {import("./practice-view.js").Scenario | null} */
let scenario = null;
/** @type {"speak" | "type"} */
let way = "speak";
let practice = choosing;
let state = initialState();
/** @type {import("./practice-prospect.js").Prospect | null} */
let prospect = null;
/** @type {Awaited<ReturnType<typeof createSound>> | null} */
let sound = null;
/** @type {import("./capture-line.js").Line | null} */
let line = null;
/** @type {ReturnType<typeof keepConnected> | null} */
let connection = null;
/** The call that is watched. */
let callId = "";

/** Both sides, each with its source, and the call on its way. @param {string} name @param {"speak" | "type"} chosenWay */
async function call(name, chosenWay) {
  write("trouble", "");
  prospect ??= await createProspect();
  sound ??= await createSound((block) => take(block));
  sound.use("prospect", prospect.stream.clone(), () => {});
  if (chosenWay === "speak") sound.use("rep", await openMicrophone(""), () => change({ ...practice, isMuted: true }));
  scenario = scenarios.find((one) => one.name === name) ?? scenarios[0];
  way = chosenWay;
  practice = called();
  state = initialState();
  line = openLine(socketUrl("/call/browser"), metadataOf(scenario), {
    WebSocket: Socket,
    now: () => performance.now(),
    random: Math.random,
    secret,
  });
  callId = line.state().call;
  if (connection === null) connect();
  else connection.rewatch();
  paint();
  element("who").focus();
}

/** @param {import("./practice-view.js").Scenario} chosen @returns {object} */
function metadataOf(chosen) {
  return {
    names: { prospect: chosen.prospect },
    company: chosen.company,
    practice: { scenario: chosen.name, speaks: way === "speak" },
  };
}

function connect() {
  connection = keepConnected(
    {
      url: socketUrl("/overlay"),
      watch: () => watchMessage(state, callId),
      onEvent: heard,
      onLink: (isOpen) => {
        change({ ...practice, isCut: !isOpen });
        // What was told to nobody while the link was down is told again; it changes nothing where it was heard.
        if (isOpen && practice.phase === "your_turn") tell({ kind: "played", line: practice.line });
      },
      onRefused: () => {
        hangUp();
        sound?.release();
        change(choosing);
        write("trouble", strings.keyed);
      },
    },
    worldWith(Socket),
  );
}

/** A block of sound is the line's clock, too. @param {Int16Array} block */
function take(block) {
  if (line === null) return;
  line.put(block);
  const { phase, call: id, why } = line.state();
  if (phase === "refused" && practice.phase === "calling") {
    sound?.release();
    change(choosing);
    write("trouble", `${strings.refused} ${why}`);
  } else if (id !== callId) {
    // The server had given the call up over a long cut, and the line has begun another.
    callId = id;
    state = initialState();
    change(called());
    connection?.rewatch();
  }
}

/** @param {any} event */
function heard(event) {
  const before = state;
  state = reduce(state, event, performance.now());
  if (state === before || event.call !== callId || practice.phase === "choosing") return;
  change(told(practice, event));
  // Nobody is listened to but the rep, who knows it.
  if (event.kind === "consent_changed" && !event.is_kept) tell({ kind: "announced" });
  if (event.kind === "prospect_answered" && practice.phase === "they_speak") speak(event);
  if (event.kind === "call_ended") {
    sound?.release();
    element("outcome").focus();
  }
}

/** @param {{call: string, line: string, text: string}} event */
async function speak(event) {
  const url = `/practice/${encodeURIComponent(scenario?.name ?? "")}/${encodeURIComponent(event.line)}`;
  const isHeard = await prospect?.say(url);
  if (event.call !== callId || practice.line !== event.line) return;
  change(heardOut(practice, isHeard ? "" : event.text));
  tell({ kind: "played", line: event.line });
  if (practice.phase === "ending") line?.stop();
  if (practice.phase === "your_turn" && way === "type") element("words").focus();
}

function hangUp() {
  change(hungUp(practice));
  prospect?.stop();
  line?.stop();
}

/** @param {object} message */
function tell(message) {
  connection?.send({ ...message, call: callId });
}

/** @param {typeof practice} next */
function change(next) {
  practice = next;
  paint();
}

function paint() {
  const isSuggesting = /** @type {HTMLInputElement} */ (element("shows")).checked;
  renderPractice({ practice, scenario, way, isSuggesting, state }, strings);
}

/** @param {string} name @returns {string} of the radio button that is chosen */
function chosen(name) {
  return /** @type {HTMLInputElement} */ (document.querySelector(`input[name="${name}"]:checked`)).value;
}

/** @param {string} id @param {string} event @param {(event: Event) => void} react */
function on(id, event, react) {
  element(id).addEventListener(event, (happened) => {
    happened.preventDefault();
    react(happened);
  });
}

on("choose", "submit", async () => {
  try {
    await call(chosen("scenario"), /** @type {"speak" | "type"} */ (chosen("way")));
  } catch (error) {
    if (!(error instanceof SourceFault)) throw error;
    sound?.release();
    write("trouble", strings.microphone[error.fault]);
  }
});
on("answer", "submit", () => {
  const words = /** @type {HTMLInputElement} */ (element("words"));
  if (words.value.trim() === "" || practice.phase !== "your_turn") return;
  tell({ kind: "say", text: words.value });
  words.value = "";
});
on("wait", "click", () => tell({ kind: "wait" }));
on("ask", "click", () => change({ ...practice, isHinted: true }));
element("shows").addEventListener("change", paint);
on("stop", "click", hangUp);
on("again", "click", () => {
  change(choosing);
  element("start").focus();
});
addEventListener("pagehide", () => line?.leave());
setInterval(() => {
  state = respond(state, "ticked", performance.now());
  if (practice.phase !== "choosing") paint();
}, TICK_MS);

openPages(pass, (path, wish) => fetch(path, wish));
document.documentElement.lang = language;
document.title = strings.title;
fill(document, strings);
try {
  scenarios = await (await fetch("/practice/scenarios.json")).json();
  listScenarios(scenarios, new URLSearchParams(location.search).get("scenario"));
  disable("start", false);
} catch {
  write("trouble", strings.noList);
}
