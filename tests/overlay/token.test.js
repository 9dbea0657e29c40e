// The token leaves the address at once, goes to the server as a subprotocol alone, and is renewed while a socket is open.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { RENEW_EVERY_MS, admitted, isRefusal, openPages, tokenOf } from "../../overlay/token.js";

function fakePage(hash) {
  const kept = new Map();
  const page = {
    location: { hash, pathname: "/capture", search: "?call=7" },
    address: null,
    history: { state: null, replaceState: (state, title, url) => (page.address = url) },
    sessionStorage: { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) },
  };
  return page;
}

class FakeSocket extends EventTarget {
  static OPEN = 1;
  readyState = 0;
  sent = [];
  constructor(url, protocols) {
    super();
    Object.assign(this, { url, protocols });
  }
  send(text) {
    this.sent.push(text);
  }
}

const timers = () => {
  const running = new Map();
  return {
    running,
    setInterval: (run, everyMs) => {
      const timer = Symbol("timer");
      running.set(timer, { run, everyMs });
      return timer;
    },
    clearInterval: (timer) => running.delete(timer),
  };
};

describe("the page's token", () => {
  test("lasts as long as the page where the browser allows no storage", () => {
    const page = fakePage("#token=secret");
    Object.defineProperty(page, "sessionStorage", { get: () => { throw new DOMException("no", "SecurityError"); } });
    assert.equal(tokenOf(page).read(), "secret");
  });

  test("is taken out of the address, which else stays as it was", () => {
    const page = fakePage("#token=a.b&x=1");
    assert.equal(tokenOf(page).read(), "a.b");
    assert.equal(page.address, "/capture?call=7");
  });

  test("is still there after a reload without it, and another in the address takes its place", () => {
    const page = fakePage("#token=a.b");
    tokenOf(page);
    assert.equal(tokenOf({ ...page, location: { ...page.location, hash: "" } }).read(), "a.b");
    assert.equal(tokenOf({ ...page, location: { ...page.location, hash: "#token=c.d" } }).read(), "c.d");
  });

  test("says whether its bearer may only look", () => {
    const token = (grant) => `${Buffer.from(JSON.stringify(grant)).toString("base64url")}.signed`;
    const grant = { role: "view", call: "\u00fc\u00ff~~>?", audience: "assist", expires_s: 1 };
    assert.equal(tokenOf(fakePage(`#token=${token(grant)}`)).isForLooking(), true);
    assert.equal(tokenOf(fakePage(`#token=${token({ ...grant, role: "control" })}`)).isForLooking(), false);
    for (const other of ["#token=a.b", "#token=.", "#help"]) assert.equal(tokenOf(fakePage(other)).isForLooking(), false);
  });

  test("is none where none came, and the address is left alone", () => {
    const page = fakePage("#help");
    assert.equal(tokenOf(page).read(), null);
    assert.equal(page.address, null);
  });
});

describe("a socket", () => {
  test("offers the newest token as a subprotocol, and nothing in its address", () => {
    const token = tokenOf(fakePage("#token=a.b"));
    const Socket = admitted(FakeSocket, token, timers());
    assert.deepEqual(new Socket("wss://here/overlay").protocols, ["assist", "assist.token.a.b"]);
    token.keep("c.d");
    const later = new Socket("wss://here/overlay");
    assert.deepEqual([later.url, later.protocols[1]], ["wss://here/overlay", "assist.token.c.d"]);
  });

  test("without a token offers none and renews none", () => {
    const clock = timers();
    const Socket = admitted(FakeSocket, tokenOf(fakePage("")), clock);
    assert.deepEqual(new Socket("ws://here/overlay").protocols, []);
    assert.equal(clock.running.size, 0);
  });

  test("has its token renewed while it is open, keeps the new one, and stops when it closes", () => {
    const clock = timers();
    const token = tokenOf(fakePage("#token=a.b"));
    const socket = new (admitted(FakeSocket, token, clock))("wss://here/overlay");
    const [{ run, everyMs }] = clock.running.values();
    assert.equal(everyMs, RENEW_EVERY_MS);
    run();
    assert.deepEqual(socket.sent, []);
    socket.readyState = FakeSocket.OPEN;
    socket.dispatchEvent(new Event("open"));
    run();
    assert.deepEqual(socket.sent, Array(2).fill('{"kind":"renew"}'));
    socket.dispatchEvent(new MessageEvent("message", { data: '{"kind":"heartbeat"}' }));
    assert.equal(token.read(), "a.b");
    socket.dispatchEvent(new MessageEvent("message", { data: '{"kind":"token","token":"c.d"}' }));
    assert.equal(token.read(), "c.d");
    socket.dispatchEvent(new Event("close"));
    assert.equal(clock.running.size, 0);
  });
});

test("only a close for the token's sake is a refusal", () => {
  assert.equal(isRefusal({ code: 1008, reason: "token_expired" }), true);
  assert.equal(isRefusal({ code: 1008, reason: "bad_watch" }), false);
  assert.equal(isRefusal({ code: 1012, reason: "token_expired" }), false);
});

test("other pages are opened by a header, and a server that is not there is no fault", async () => {
  const asked = [];
  const token = tokenOf(fakePage("#token=a.b"));
  await openPages(token, async (...request) => asked.push(request));
  assert.deepEqual(asked, [["/session", { headers: { Authorization: "Bearer a.b" } }]]);
  await openPages(tokenOf(fakePage("")), async (...request) => asked.push(request));
  assert.equal(asked.length, 1);
  await openPages(token, async () => {
    throw new TypeError("no network");
  });
});
