// Preparation, consent and links as the page knows them: what each note and event changes, and what it shows then.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { debriefedCall, isOffered, noticeNow, respond, unanswered } from "../../overlay/actions.js";
import { COMMANDS } from "../../overlay/settings.js";
import { AUDITS_SHOWN_MS, auditsNow, initialState, reduce, watchMessage } from "../../overlay/state.js";
import { emptyText, statusOf } from "../../overlay/status.js";
import { strings } from "../../overlay/strings.en.js";
import { started, suggestion, told } from "./events.js";

const preparation = { who: "Dana", company: "Northwind", pressures: [], win: "", fears: [], expect: [] };
const audits = ["It may seem like one more thing."];
const prepared = { kind: "prepared", preparation, audits };
const open = respond(initialState(), "link_opened", 0);
const after = (state, ...events) => events.reduce((before, event) => reduce(before, event, event.at_ms ?? 0), state);
const live = () => after(open, started());

describe("a preparation", () => {
  test("stands while a call is waited for", () => {
    const waiting = after(open, { kind: "waiting" }, prepared);
    assert.deepEqual(auditsNow(waiting, 0), audits);
    assert.equal(emptyText(waiting, 0, strings), `Ready for Dana, Northwind. ${strings.sayFirst}`);
    const cleared = after(waiting, { kind: "prepared", preparation: null, audits: [] });
    assert.deepEqual([auditsNow(cleared, 0), emptyText(cleared, 0, strings)], [[], strings.empty.waiting]);
  });

  test("may be without names, and without a line to say first", () => {
    const bare = { ...prepared, preparation: { ...preparation, who: "", company: "" }, audits: [] };
    assert.equal(emptyText(after(open, { kind: "waiting" }, bare), 0, strings), "Ready for your call.");
  });

  test("of the call under way stands for its first minutes, until something better comes", () => {
    const call = after(live(), told("call_prepared", { preparation, audits, at_ms: 0 }));
    assert.equal(emptyText(call, 0, strings), strings.sayFirst);
    assert.deepEqual(auditsNow(call, AUDITS_SHOWN_MS - 1), audits);
    assert.deepEqual(auditsNow(call, AUDITS_SHOWN_MS), []);
    assert.equal(emptyText(call, AUDITS_SHOWN_MS, strings), strings.empty.live);
    assert.deepEqual(auditsNow(after(call, suggestion("a", { at_ms: 1 })), 1), []);
  });

  test("of the next call does not disturb the one under way, and is for after it", () => {
    assert.deepEqual(auditsNow(after(live(), prepared), 0), []);
    const ended = after(live(), told("call_ended", { duration_ms: 1, reason: "stopped" }), prepared);
    assert.equal(emptyText(ended, 0, strings), `Ready for Dana, Northwind. ${strings.sayFirst}`);
  });
});

describe("a debrief", () => {
  const over = () => told("call_ended", { duration_ms: 1, reason: "stopped" });
  const consent = (is_kept) => told("consent_changed", { consent: "announced", is_kept, line: "" });

  test("is there once the call is over", () => {
    assert.equal(debriefedCall(live()), null);
    assert.equal(debriefedCall(after(live(), over())), "c");
    assert.equal(debriefedCall(after(live(), consent(true), over())), "c");
  });

  test("is not there of a call that was not kept", () => {
    assert.equal(debriefedCall(after(live(), consent(false), over())), null);
  });
});

describe("consent", () => {
  test("stands as the server tells it, and begins anew with each call", () => {
    const asked = after(live(), told("consent_changed", { consent: "announced", is_kept: true, line: "May I?" }));
    assert.deepEqual(asked.consent, { state: "announced", isKept: true, line: "May I?" });
    assert.equal(after(asked, { ...started(), call: "d" }).consent, null);
  });

  test("is answered for a moment when it changes, and not as the call begins", () => {
    const changed = (consent, is_kept) => told("consent_changed", { consent, is_kept, line: "", at_ms: 0 });
    const asked = after(live(), changed("not_asked", true));
    assert.equal(noticeNow(asked, 0), null);
    assert.equal(noticeNow(after(asked, changed("announced", true)), 0), "announced");
    assert.equal(noticeNow(after(asked, changed("refused", false)), 0), "refused");
    assert.equal(noticeNow(after(asked, changed("refused", true)), 0), "not_deleted");
    assert.equal(noticeNow(after(live(), changed("announced", true)), 0), null);
  });
});

describe("what the prospect says to it", () => {
  const changed = (consent, is_kept) => told("consent_changed", { consent, is_kept, line: "", at_ms: 0 });
  const refused = () => respond(after(live(), changed("not_asked", true)), "consent_told", 0, "refused");
  const messages = (state) => unanswered(state).map(({ kind, call }) => `${kind} ${call}`);

  test("is told anew to each socket until the server has taken it in", () => {
    const cut = respond(refused(), "link_lost", 0);
    assert.deepEqual([unanswered(live()), messages(cut)], [[], ["refused c"]]);
    const back = after(cut, { kind: "following", call: "c", epoch: 2, recovered: false }, changed("not_asked", true));
    assert.deepEqual(messages(back), ["refused c"]);
    assert.deepEqual(messages(after(back, changed("announced", true))), ["refused c"]);
    assert.deepEqual(messages(after(back, changed("refused", false))), []);
  });

  test("is void once they refused, and for another call", () => {
    const announced = respond(after(live(), changed("not_asked", true)), "consent_told", 0, "announced");
    assert.deepEqual(messages(after(announced, changed("refused", false))), []);
    assert.deepEqual(messages(after(refused(), { ...started(), call: "d" })), []);
    assert.deepEqual(messages(initialState()), []);
  });

  test("that came too late is told, so that somebody deletes the call", () => {
    const over = after(refused(), told("call_ended", { duration_ms: 1, reason: "stopped" }));
    assert.deepEqual(statusOf(over, 0, strings).headline, strings.stillKept);
    assert.match(statusOf(over, 0, strings).detail, /assist purge c$/);
    assert.equal(statusOf(after(over, changed("refused", false)), 0, strings).headline, strings.ended);
  });
});

describe("a link", () => {
  const shared = { kind: "shared", call: "c", token: "t.s", expires_at_s: 60 };

  test("is that of the call on the page", () => {
    assert.deepEqual(after(live(), shared).shared, { token: "t.s", untilMs: 60_000 });
    assert.equal(after(live(), { ...shared, call: "other" }).shared, null);
  });

  test("is asked for again by a panel that waits for it", () => {
    const waiting = respond(live(), "panel_toggled", 0, "link");
    assert.deepEqual(unanswered(waiting), [{ kind: "share", call: "c" }]);
    assert.deepEqual(unanswered(after(waiting, shared)), []);
    assert.deepEqual(unanswered(respond(waiting, "panel_toggled", 0, "link")), []);
  });

  test("is sent along by who came by it", () => {
    assert.equal(watchMessage(initialState(), "c", "t.s").token, "t.s");
  });

  test("that has ended leaves nothing of the call, and says so", () => {
    const over = after(live(), suggestion("a"), { kind: "expired" });
    assert.deepEqual([over.call, over.offer.shown, over.lines], [null, null, []]);
    assert.deepEqual(statusOf(over, 0, strings).headline, strings.expired);
    assert.equal(emptyText(over, 0, strings), strings.empty.expired);
  });

  test("lets one look", () => {
    const offered = (state) => COMMANDS.filter((command) => isOffered(state, command));
    const call = live();
    assert.deepEqual(offered({ ...call, isViewer: true }), ["view", "float", "help"]);
    assert.deepEqual(offered(call), COMMANDS);
    assert.deepEqual(offered(open), COMMANDS.filter((command) => !["consent", "link"].includes(command)));
  });
});

test("one panel is open at a time", () => {
  const consent = respond(live(), "panel_toggled", 0, "consent");
  assert.equal(consent.panel, "consent");
  assert.equal(respond(consent, "panel_toggled", 0, "help").panel, "help");
  assert.equal(respond(consent, "panel_toggled", 0, "consent").panel, "");
});
