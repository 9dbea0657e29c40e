// The practice put on the page; text only ever through textContent.

import { disable, element, setText, show, write } from "./page.js";

/**
 * @typedef {import("./practice-state.js").Practice} Practice
 * @typedef {typeof import("./practice-strings.en.js").strings} Strings
 * @typedef {{name: string, title: string, about: string, goal: string, prospect: string, company: string,
 *   hints: Record<string, string>}} Scenario
 *
 * `state` is the overlay's, of the same call.
 * @typedef {{practice: Practice, scenario: Scenario | null, way: "speak" | "type", isSuggesting: boolean,
 *   state: import("./types.d.ts").State}} View
 */

/** @param {Scenario[]} scenarios @param {string | null} wanted the one that is chosen at first */
export function listScenarios(scenarios, wanted) {
  const chosen = scenarios.find(({ name }) => name === wanted) ?? scenarios[0];
  for (const scenario of scenarios) {
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: "scenario", value: scenario.name, checked: scenario === chosen });
    const card = made("label", "", radio, made("b", scenario.title), made("span", scenario.about));
    element("scenarios").append(card);
  }
}

/** @param {View} view @param {Strings} strings */
export function renderPractice(view, strings) {
  const { practice, scenario, way } = view;
  const isOver = practice.phase === "over";
  show("choose", practice.phase === "choosing");
  show("talk", practice.phase !== "choosing" && !isOver);
  show("end", isOver);
  if (scenario === null) return;
  write("who", scenario.prospect);
  write("goal", `${scenario.company}. ${scenario.goal}`);
  renderOpenness(practice.openness, strings);
  write("turn", turnOf(view, strings));
  element("turn").dataset.phase = practice.phase;
  renderReaction(practice, strings);
  renderSaid(view, strings);
  renderSuggestion(view, strings);
  renderTools(practice, scenario, way);
  if (isOver) renderEnd(view, strings);
}

/** @param {View} view @param {Strings} strings @returns {string} */
function turnOf({ practice, scenario, way }, strings) {
  if (practice.isCut && practice.phase !== "ending") return strings.lineCut;
  if (practice.isMuted) return strings.microphone.ended;
  if (practice.unheard !== "") return strings.unheard(practice.unheard);
  switch (practice.phase) {
    case "calling":
      return strings.calling;
    case "they_speak":
      return strings.theySpeak(scenario?.prospect.split(" ")[0] ?? "");
    case "your_turn":
      return strings.yourTurn[way];
    case "listening":
      return strings.listening;
    default:
      return strings.ending;
  }
}

/** @param {number} openness @param {Strings} strings */
function renderOpenness(openness, strings) {
  const meter = element("openness");
  const text = strings.openAt(openness);
  meter.ariaValueNow = String(openness);
  meter.ariaValueText = text;
  for (const [place, dot] of [...meter.children].entries()) {
    /** @type {HTMLElement} */ (dot).dataset.on = String(place < openness);
  }
  write("open-text", text);
}

/** @param {Practice} practice @param {Strings} strings */
function renderReaction({ steps }, strings) {
  const last = steps.at(-1);
  write("reaction", last ? `${strings.heard[last.tried]} ${strings.effects[last.effect]}` : "");
  element("reaction").dataset.effect = last?.effect ?? "kept";
}

/** @param {View} view @param {Strings} strings */
function renderSaid({ state, scenario }, strings) {
  const said = state.lines.map(({ speaker, committed, tentative }) => ({
    speaker,
    name: speaker === "rep" ? strings.you : (scenario?.prospect.split(" ")[0] ?? ""),
    text: `${committed} ${tentative}`.trim(),
  }));
  const list = element("said");
  while (list.children.length > said.length) list.lastElementChild?.remove();
  for (const [place, { speaker, name, text }] of said.entries()) {
    const line = /** @type {HTMLElement} */ (list.children[place] ?? list.appendChild(made("li", "", made("b"), made("span"))));
    line.dataset.speaker = speaker;
    setText(line.children[0], name);
    setText(line.children[1], text);
  }
}

/** @param {View} view @param {Strings} strings */
function renderSuggestion({ state, isSuggesting }, strings) {
  const { shown } = state.offer;
  show("suggestion", isSuggesting && shown !== null);
  if (shown === null) return;
  write("technique", strings.techniques[shown.technique]);
  write("sentence", shown.text);
}

/** @param {Practice} practice @param {Scenario} scenario @param {"speak" | "type"} way */
function renderTools(practice, scenario, way) {
  const isMine = practice.phase === "your_turn";
  const hint = scenario.hints[practice.line] ?? "";
  show("answer", way === "type");
  for (const id of ["say", "wait"]) disable(id, !isMine);
  disable("ask", !isMine || hint === "");
  disable("stop", practice.phase === "ending");
  show("hint", practice.isHinted);
  write("hint", practice.isHinted ? hint : "");
}

/** @param {View} view @param {Strings} strings */
function renderEnd({ practice, state }, strings) {
  const outcome = /** @type {keyof Strings["outcomes"]} */ (practice.ending ?? "none");
  write("outcome", strings.outcomes[outcome].headline);
  write("meaning", strings.outcomes[outcome].meaning);
  element("end").dataset.outcome = outcome;
  const steps = practice.steps.map(({ tried, because, effect }) => {
    const step = made("li", "", made("b", strings.heard[tried]), made("q", because), made("span", strings.effects[effect]));
    step.dataset.effect = effect;
    step.children[1].toggleAttribute("hidden", because === "");
    return step;
  });
  element("steps").replaceChildren(...steps);
  /** @type {HTMLAnchorElement} */ (element("debrief")).href = `/calls/${encodeURIComponent(state.call ?? "")}`;
}

/** @param {string} name @param {string} [text] @param {...Node} children @returns {HTMLElement} */
function made(name, text = "", ...children) {
  const at = document.createElement(name);
  at.append(text, ...children);
  return at;
}
