// The shapes that the scripts speak of, for readers and editors; the browser never loads it.

/** "mixed": both parties on one channel. */
export type Speaker = "rep" | "prospect" | "mixed";
export type CueKind = "objection" | "emotion" | "agreement";
export type Technique = "label" | "mirror" | "summary" | "question";
export type EndReason = "stopped" | "connection_lost" | "refused" | "shutdown" | "failed";

// Every event of assist/overlay_events.py, as documented in README.md. All `_ms` are on the call's clock.

export type Envelope = { call: string; seq: number; at_ms: number };
export type CallStarted = {
  kind: "call_started";
  speakers: Speaker[];
  protocol: string;
  company: string | null;
  names: Record<string, string>;
  direction: "inbound" | "outbound" | null;
  practice: string | null;
};
export type Preparation = {
  who: string;
  company: string;
  pressures: string[];
  win: string;
  fears: string[];
  expect: string[];
};
export type CallPrepared = { kind: "call_prepared"; preparation: Preparation; audits: string[] };
export type ConsentChanged = {
  kind: "consent_changed";
  consent: "not_asked" | "announced" | "refused";
  is_kept: boolean;
  line: string;
};
export type TranscriptWord = { text: string; start_ms: number; end_ms: number; confidence: number; committed: boolean };
export type TranscriptChanged = {
  kind: "transcript_changed";
  speaker: Speaker;
  utterance: number;
  committed: string;
  tentative: string;
  is_final: boolean;
  start_ms: number;
  end_ms: number;
  words: TranscriptWord[];
};
export type CueHeard = {
  kind: "cue_heard";
  cue: string;
  cue_kind: CueKind;
  speaker: Speaker;
  quote: string;
  start_ms: number;
  end_ms: number;
  confidence: number;
  firm: boolean;
};
export type CueWithdrawn = { kind: "cue_withdrawn"; cue: string; cue_kind: CueKind; speaker: Speaker; quote: string };
export type SuggestionShown = {
  kind: "suggestion_shown";
  id: string;
  technique: Technique;
  text: string;
  quote: string;
  cue: string;
  lag_ms: number;
  expires_ms: number;
};
export type SuggestionWithdrawn = {
  kind: "suggestion_withdrawn";
  id: string;
  reason: "words_changed" | "expired" | "replaced" | "used" | "moved_on" | "dismissed";
};
export type SuggestionUsed = {
  kind: "suggestion_used";
  id: string;
  how: "said" | "own_words";
  text: string;
  start_ms: number;
};
export type SuggestionConsidered = {
  kind: "suggestion_considered";
  technique: Technique;
  text: string;
  cue: string;
  quote: string;
  reason: string;
};
export type RepActed = {
  kind: "rep_acted";
  act: string;
  text: string;
  start_ms: number;
  end_ms: number;
  cues: string[];
};
export type CoachingShown = {
  kind: "coaching_shown";
  topic: string;
  headline: string;
  detail: string;
  quote: string;
  until_ms: number;
};
export type CoachingWithdrawn = { kind: "coaching_withdrawn"; topic: string };
export type PulseChanged = {
  kind: "pulse_changed";
  rep_share: number | null;
  pace_wpm: number | null;
  monologue_from_ms: number | null;
  silence_from_ms: number | null;
  silence_for_ms: number;
};
export type ChannelChanged = { kind: "channel_changed"; speaker: Speaker; has_sound: boolean };
export type RecordingChanged = { kind: "recording_changed"; is_on: boolean };
export type AudioLost = { kind: "audio_lost"; speaker: Speaker; start_ms: number; duration_ms: number };
/** In journals of earlier versions `step` is missing, and nothing was left out. */
export type Lagging = { kind: "lagging"; is_late: boolean; lag_ms: number; step: number };
export type Tried =
  "label" | "mislabel" | "mirror" | "summary" | "question" | "pitch" | "i_understand" | "why" | "silence" | "other";
export type ProspectAnswered = {
  kind: "prospect_answered";
  line: string;
  text: string;
  openness: number;
  tried: Tried | null;
  because: string;
  ending: "understood" | "brushed_off" | null;
};
export type CallEnded = { kind: "call_ended"; duration_ms: number; reason: EndReason };
export type CallEvent = Envelope &
  (
    | CallStarted
    | CallPrepared
    | ConsentChanged
    | TranscriptChanged
    | CueHeard
    | CueWithdrawn
    | SuggestionShown
    | SuggestionWithdrawn
    | SuggestionUsed
    | SuggestionConsidered
    | RepActed
    | CoachingShown
    | CoachingWithdrawn
    | PulseChanged
    | ChannelChanged
    | RecordingChanged
    | AudioLost
    | Lagging
    | ProspectAnswered
    | CallEnded
  );
/** What comes next: what was missed of a call's log (`recovered`), or all that is known of it. */
export type Following = { kind: "following"; call: string; epoch: number; recovered: boolean };
export type ServerNote =
  | Following
  | { kind: "waiting" }
  | { kind: "heartbeat" }
  | { kind: "expired" }
  | { kind: "prepared"; preparation: Preparation | null; audits: string[] }
  | { kind: "shared"; call: string; token: string; expires_at_s: number };
export type ServerEvent = CallEvent | ServerNote;

// The state.

/** What the rep can ask for by button or key. */
export type Command = "pin" | "dismiss" | "next" | "copy" | "less" | "consent" | "link" | "view" | "float" | "help";

/** What stands between the call's lines and the foot, one at a time; empty where nothing does. */
export type Panel = "" | "consent" | "link" | "help";

/** Kept in the browser's storage. `left` and `top` are null until a small window was moved. */
export type Settings = {
  hasKeys: boolean;
  keys: Record<Command, string>;
  view: "full" | "compact";
  window: { width: number; height: number; left: number | null; top: number | null };
};

/**
 * `shownMs` and `expiresMs` are on the call's clock. `isDoubtful`: the cue behind it was withdrawn. `isOver`:
 * withdrawn or expired; only a pinned one is kept in that state. `usedHow`: the rep said it; it leaves by its own time.
 */
export type Suggestion = {
  id: string;
  technique: Technique;
  text: string;
  quote: string;
  cue: string;
  shownMs: number;
  expiresMs: number;
  isDoubtful: boolean;
  isOver: boolean;
  usedHow: "said" | "own_words" | null;
};

export type Offer = {
  shown: Suggestion | null;
  next: Suggestion | null;
  isPinned: boolean;
  dismissedIds: string[];
};

export type Line = { speaker: Speaker; utterance: number; committed: string; tentative: string; startMs: number };

export type Pulse = {
  repShare: number | null;
  paceWpm: number | null;
  monologueFromMs: number | null;
  silenceFromMs: number | null;
  silenceForMs: number;
};

/** An answer to something the rep did here, from one local monotonic time to another; `id` is the suggestion's, null for the empty stage. */
export type Notice = {
  kind: "copied" | "not_copied" | "less" | "no_other" | "unheard" | "announced" | "refused" | "not_deleted";
  id: string | null;
  fromMs: number;
  untilMs: number;
};

/**
 * `clock` pairs a moment of the call with a local monotonic one. `agreement`, `coaching` and `lost` are shown until
 * `untilMs` of the call. `link`: "unreachable" was never open, "lost" was, "expired" is over for good. `rebinding`: the
 * next key becomes that command's. `place`: in the page or in a window of its own. `isViewer`: the page was opened by a
 * link that lets one watch. `consentTold` is what the server was told of consent and has not taken in. `prepared` is what stands of a preparation, `shared` such a link to the call.
 */
export type State = {
  settings: Settings;
  isViewer: boolean;
  panel: Panel;
  rebinding: Command | null;
  place: "page" | "apart";
  notice: Notice | null;
  link: "connecting" | "open" | "unreachable" | "lost" | "expired" | "refused";
  phase: "unknown" | "waiting" | "live" | "ended";
  call: string | null;
  epoch: number | null;
  seq: number;
  clock: { callMs: number; localMs: number } | null;
  speakers: Speaker[];
  company: string | null;
  names: Record<string, string>;
  prepared: { about: string; audits: string[] } | null;
  consent: { state: ConsentChanged["consent"]; isKept: boolean; line: string } | null;
  consentTold: { call: string | null; kind: "announced" | "refused" } | null;
  shared: { token: string; untilMs: number } | null;
  lines: Line[];
  silent: Speaker[];
  /** Whether the sound is being kept; null where it never was. */
  isRecorded: boolean | null;
  lateMs: number | null;
  /** What a busy server leaves out by now: 0 nothing. */
  busyStep: number;
  lost: { speaker: Speaker; durationMs: number; untilMs: number } | null;
  agreement: { cue: string; untilMs: number } | null;
  coaching: { topic: string; headline: string; detail: string; quote: string; untilMs: number } | null;
  pulse: Pulse | null;
  ended: { durationMs: number; reason: EndReason } | null;
  offer: Offer;
};

export type Tone = "calm" | "quiet" | "busy" | "good" | "coach" | "caution" | "problem";

/** The line at the top; `topic` is the coaching's, empty where there is none. */
export type Status = { tone: Tone; topic: string; headline: string; detail: string };

/** Every word of the page. */
export type Strings = typeof import("./strings.en.js").strings;
