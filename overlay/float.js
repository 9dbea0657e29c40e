// The overlay in a window of its own: above all others where the browser can, else a small window; and home again.

/**
 * @typedef {import("./types.d.ts").Settings["window"]} Size
 * @typedef {Window & {documentPictureInPicture?: {requestWindow: (size: object) => Promise<Window>}}} Home
 */

/**
 * Moves the overlay between its page and a window.
 *
 * `sizeNow` tells how large that window is to be. `moved` is told the window that the overlay is in, and whether that
 * is its page; `resized` how large the rep has made the other.
 * @param {Home} home @param {HTMLElement} overlay
 * @param {{sizeNow: () => Size, moved: (shownIn: Window, place: "page" | "apart") => void,
 *   resized: (size: Size) => void}} told
 * @returns {() => Promise<void>} moves it out, or back; safe to call again meanwhile
 */
export function floating(home, overlay, told) {
  /** @type {Window | null} */
  let apart = null;
  let isOpening = false;

  async function moveOut() {
    isOpening = true;
    try {
      const opened = await openWindow(home, told.sizeNow());
      if (opened === null) return; // the browser allows no window: the overlay stays where it is
      await furnish(opened.document, home.document);
      if (opened.closed) return;
      apart = opened;
      apart.document.body.append(overlay);
      apart.addEventListener("pagehide", comeHome);
      apart.addEventListener("resize", keepSize);
      told.moved(apart, "apart");
    } finally {
      isOpening = false;
    }
  }

  function keepSize() {
    if (apart === null || apart.innerWidth === 0 || apart.innerHeight === 0) return;
    const { innerWidth: width, innerHeight: height, screenX: left, screenY: top } = apart;
    told.resized({ width, height, left, top });
  }

  function comeHome() {
    keepSize();
    apart = null;
    home.document.body.prepend(overlay);
    told.moved(home, "page");
  }

  home.addEventListener("pagehide", () => apart?.close());
  return async () => {
    if (apart !== null) {
      apart.close();
    } else if (!isOpening) {
      await moveOut();
    }
  };
}

/** @param {Home} home @param {Size} size @returns {Promise<Window | null>} */
async function openWindow(home, { width, height, left, top }) {
  try {
    if (home.documentPictureInPicture) return await home.documentPictureInPicture.requestWindow({ width, height });
  } catch {
    // It is there and not allowed, as in a frame: the small window will do.
  }
  const place = left === null ? "" : `,left=${left},top=${top}`;
  return home.open("", "assist-overlay", `popup,width=${width},height=${height}${place}`);
}

/**
 * Gives an empty document the look of the page.
 * @param {Document} room @param {Document} page @returns {Promise<unknown>} settled once the styles are there
 */
function furnish(room, page) {
  room.title = page.title;
  room.documentElement.lang = page.documentElement.lang;
  const sheets = /** @type {NodeListOf<HTMLLinkElement>} */ (page.querySelectorAll('link[rel="stylesheet"]'));
  const links = [...sheets].map(({ href }) => Object.assign(room.createElement("link"), { rel: "stylesheet", href }));
  const loaded = links.map((link) => new Promise((done) => Object.assign(link, { onload: done, onerror: done })));
  room.head.replaceChildren(...room.head.querySelectorAll("title"), ...links);
  room.body.replaceChildren();
  return Promise.all(loaded);
}
