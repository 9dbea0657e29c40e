// Out into a window and home again, with windows that do what the test tells them; Chromium is tested elsewhere.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { floating } from "../../overlay/float.js";

class Room extends EventTarget {
  closed = false;
  innerWidth = 400;
  innerHeight = 300;
  screenX = 11;
  screenY = 12;
  document = {
    title: "",
    documentElement: { lang: "en" },
    createElement: () => ({ tag: "link" }),
    querySelectorAll: () => [{ href: "style.css" }],
    head: { querySelectorAll: () => [], replaceChildren: (...links) => links.forEach((link) => link.onload()) },
    body: {
      held: [],
      append: (...nodes) => this.document.body.held.push(...nodes),
      prepend: (...nodes) => this.document.body.held.unshift(...nodes),
      replaceChildren: () => (this.document.body.held = []),
    },
  };
  close() {
    this.closed = true;
    this.dispatchEvent(new Event("pagehide"));
  }
}

const overlay = { name: "overlay" };
const size = { width: 420, height: 560, left: null, top: null };
let home;
let small;
let opened;
let moves;
let sizes;
let move;
beforeEach(() => {
  [home, small, opened, moves, sizes] = [new Room(), new Room(), [], [], []];
  home.open = (...how) => {
    opened.push(how);
    small = new Room();
    return small;
  };
  move = floating(home, overlay, {
    sizeNow: () => size,
    moved: (_, place) => moves.push(place),
    resized: (now) => sizes.push(now),
  });
});

describe("the overlay", () => {
  test("goes into a picture-in-picture window where there is such a thing", async () => {
    const picture = new Room();
    home.documentPictureInPicture = { requestWindow: async (how) => opened.push(how) && picture };
    await move();
    assert.deepEqual([opened, moves], [[{ width: 420, height: 560 }], ["apart"]]);
    assert.deepEqual(picture.document.body.held, [overlay]);
  });

  test("goes into a small window where there is not, or where it is refused", async () => {
    await move();
    home.documentPictureInPicture = { requestWindow: () => Promise.reject(new Error("no")) };
    await move();
    await move();
    assert.deepEqual(moves, ["apart", "page", "apart"]);
    assert.deepEqual(opened[0], ["", "assist-overlay", "popup,width=420,height=560"]);
  });

  test("stands where the small window was left", async () => {
    Object.assign(size, { left: 5, top: -6 });
    await move();
    assert.match(opened[0][2], /,left=5,top=-6$/);
    Object.assign(size, { left: null, top: null });
  });

  test("comes home when the window is closed, however that happens", async () => {
    await move();
    small.close();
    assert.deepEqual([home.document.body.held, moves], [[overlay], ["apart", "page"]]);
    await move();
    await move();
    assert.deepEqual(moves, ["apart", "page", "apart", "page"]);
    await move();
    home.dispatchEvent(new Event("pagehide"));
    assert.equal(small.closed, true);
  });

  test("stays where it is when the browser lets no window open", async () => {
    home.open = () => null;
    await move();
    assert.deepEqual([moves, home.document.body.held], [[], []]);
  });

  test("asks for one window only, however often it is asked meanwhile", async () => {
    await Promise.all([move(), move()]);
    assert.equal(opened.length, 1);
  });

  test("tells its size as the rep changes it, and its place when it closes", async () => {
    await move();
    small.innerWidth = 333;
    small.dispatchEvent(new Event("resize"));
    small.innerHeight = 0;
    small.close();
    assert.deepEqual(sizes, [{ width: 333, height: 300, left: 11, top: 12 }]);
  });
});
