// The token that lets the page in, where the server asks for one: it comes behind `#token=` in the address, lasts as
// long as the tab, is offered to each socket as a subprotocol, and is renewed over the socket before it expires.

export const RENEW_EVERY_MS = 100_000;
const STORED_AS = "token";
const PREFIX = "assist.token.";
/** What the server closes with when the token is at fault: trying again is of no use. */
const REFUSALS = ["bad_token", "token_expired", "no_leave"];

/**
 * `isForLooking`: its bearer may look and no more, so that the page offers no more; the server goes by the token itself.
 * @typedef {{read: () => string | null, keep: (token: string) => void, isForLooking: () => boolean}} Token
 */

/**
 * The page's token. It is taken out of the address, so that nobody copies it from there by mistake.
 * @param {{location: Location, history: History, sessionStorage: Storage}} page @returns {Token}
 */
export function tokenOf(page) {
  const { location, history } = page;
  const storage = storageOf(page);
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null) {
    storage.setItem(STORED_AS, given);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return {
    read: () => storage.getItem(STORED_AS),
    keep: (token) => storage.setItem(STORED_AS, token),
    isForLooking: () => roleIn(storage.getItem(STORED_AS) ?? "") === "view",
  };
}

/** @param {string} token as streaming/tokens.py makes it @returns {string} empty where it is none */
function roleIn(token) {
  try {
    return JSON.parse(atob(token.split(".")[0].replaceAll("-", "+").replaceAll("_", "/"))).role;
  } catch {
    return "";
  }
}

/**
 * The tab's own; where the browser allows none, what lasts as long as the page.
 * @param {{sessionStorage: Storage}} page @returns {Pick<Storage, "getItem" | "setItem">}
 */
function storageOf(page) {
  try {
    return page.sessionStorage;
  } catch {
    /** @type {Map<string, string>} */
    const kept = new Map();
    return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  }
}

/**
 * Sockets that offer the token and have it renewed for as long as they are open.
 * @param {typeof WebSocket} Plain @param {Token} token
 * @param {{setInterval: (run: () => void, everyMs: number) => any, clearInterval: (timer: any) => void}} timers
 * @returns {new (url: string) => WebSocket}
 */
export function admitted(Plain, token, { setInterval, clearInterval }) {
  return class extends Plain {
    /** @param {string} url */
    constructor(url) {
      const mine = token.read();
      super(url, mine === null ? [] : ["assist", PREFIX + mine]);
      if (mine === null) return;
      const renew = () => {
        if (this.readyState === Plain.OPEN) this.send('{"kind":"renew"}');
      };
      // At once as well: a link's token may be about to expire when the page opens.
      this.addEventListener("open", renew);
      const timer = setInterval(renew, RENEW_EVERY_MS);
      this.addEventListener("message", ({ data }) => {
        const told = /^\{"kind":"token",/.test(data) ? JSON.parse(data) : null;
        if (told !== null) token.keep(told.token);
      });
      this.addEventListener("close", () => clearInterval(timer));
    }
  };
}

/**
 * Whether a socket was closed because of its token.
 * @param {{code: number, reason: string}} closing @returns {boolean}
 */
export function isRefusal({ code, reason }) {
  return code === 1008 && REFUSALS.includes(reason);
}

/**
 * Lets the browser's requests for other pages do what the token does.
 * @param {Token} token @param {typeof fetch} fetch
 */
export async function openPages(token, fetch) {
  const mine = token.read();
  if (mine === null) return;
  try {
    await fetch("/session", { headers: { Authorization: `Bearer ${mine}` } });
  } catch {
    // The link to those pages says that it needs a token, then.
  }
}
