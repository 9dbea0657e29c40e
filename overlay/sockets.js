// What every socket to the server needs: its address, secrets that nobody can guess, and the browser's clock and chance.

/** @param {string} path on the server that this page came from @returns {string} */
export function socketUrl(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** @returns {string} 192 random bits in the letters of base64url */
export function secret() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * The world that a connection finds in a browser.
 * @param {new (url: string) => WebSocket} Socket @returns {import("./connection.js").World}
 */
export function worldWith(Socket) {
  return {
    WebSocket: Socket,
    setTimeout: (run, delayMs) => setTimeout(run, delayMs),
    clearTimeout: (timer) => clearTimeout(timer),
    random: Math.random,
  };
}
