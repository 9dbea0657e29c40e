// Events of a call as the server sends them, for the tests of the overlay.

let seq = -1;

/** The next event of call "c"; `at_ms` is 1000 times its seq unless given. */
export function told(kind, fields = {}) {
  seq += 1;
  return { call: "c", seq, at_ms: seq * 1000, kind, ...fields };
}

/** Starts a new call: the next event has seq 0. */
export function started(fields = {}) {
  seq = -1;
  return told("call_started", {
    speakers: ["rep", "prospect"],
    protocol: "browser",
    company: null,
    names: {},
    ...fields,
  });
}

/** The note before the events of call "c". */
export function following(epoch, recovered) {
  return { kind: "following", call: "c", epoch, recovered };
}

export function transcript(speaker, utterance, committed, tentative = "", fields = {}) {
  const span = { start_ms: utterance * 1000, end_ms: utterance * 1000 + 900 };
  return told("transcript_changed", {
    speaker,
    utterance,
    committed,
    tentative,
    is_final: false,
    words: [],
    ...span,
    ...fields,
  });
}

export function suggestion(id, fields = {}) {
  const what = { technique: "label", text: `Say ${id}`, quote: "the cost", cue: "price" };
  return told("suggestion_shown", { id, ...what, lag_ms: 600, expires_ms: 60_000, ...fields });
}

export function cue(name, fields = {}) {
  const what = { cue_kind: "objection", speaker: "prospect", quote: "the cost", confidence: 0.9, firm: true };
  return told("cue_heard", { cue: name, ...what, start_ms: 0, end_ms: 500, ...fields });
}
