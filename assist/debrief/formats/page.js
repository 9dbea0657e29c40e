// The debrief's script: times and marks lead into the call's sound, and the rep's answer goes to the server.
// What it shows is text, and there is no other way here to show any.
"use strict";
{
  const LEAD_MS = 300; // times are right to about that
  const ANSWER_MS = 10_000;
  const RENEW_EVERY_MS = 100_000;
  const sound = document.getElementById("sound");
  const form = document.getElementById("answer");

  function playFrom(atMs) {
    sound.currentTime = Math.max(0, atMs - LEAD_MS) / 1000;
    sound.play();
  }

  function buttonOf(time) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = time.className;
    button.textContent = time.textContent;
    button.ariaLabel = `Play from ${time.textContent}`;
    button.addEventListener("click", () => playFrom(Number(time.dataset.at)));
    time.replaceWith(button);
  }

  // The line that runs over the picture, and the words that are being said.
  function follow(rows, lines) {
    const nowMs = sound.currentTime * 1000;
    for (const { row, line, fromMs, toMs, left, right } of rows) {
      const part = (nowMs - fromMs) / (toMs - fromMs);
      const isIn = part >= 0 && part < 1 && nowMs > 0;
      line.setAttribute("visibility", isIn ? "visible" : "hidden");
      if (isIn) for (const end of ["x1", "x2"]) line.setAttribute(end, String(left + part * (right - left)));
      row.toggleAttribute("data-now", isIn);
    }
    const last = lines.filter(({ atMs }) => atMs <= nowMs + LEAD_MS).at(-1);
    for (const each of lines) each.item.toggleAttribute("data-now", each === last && nowMs > 0);
  }

  if (sound) {
    const lines = [...document.querySelectorAll(".transcript li")].map((item) => ({
      item,
      atMs: Number(item.querySelector(".at").dataset.at),
    }));
    const rows = [...document.querySelectorAll("svg.row")].map((row) => {
      const { from, to, left, right } = row.dataset;
      const line = row.querySelector(".playhead");
      return { row, line, fromMs: Number(from), toMs: Number(to), left: Number(left), right: Number(right) };
    });
    for (const hint of document.querySelectorAll("[data-with-sound]")) hint.textContent = hint.dataset.withSound;
    for (const time of document.querySelectorAll("span.at")) buttonOf(time);
    for (const mark of document.querySelectorAll("a.mark")) {
      mark.addEventListener("click", (event) => {
        event.preventDefault();
        playFrom(Number(mark.dataset.at));
      });
    }
    for (const kind of ["timeupdate", "seeked"]) sound.addEventListener(kind, () => follow(rows, lines));
  }

  // Where the server asks for a token, this tab got one from the page that opened it; see overlay/token.js.
  function ticket() {
    try {
      return sessionStorage.getItem("token");
    } catch {
      return null; // the browser allows no storage
    }
  }

  function opened() {
    const url = new URL("/overlay", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const token = ticket();
    return new WebSocket(url, token === null ? [] : ["assist", `assist.token.${token}`]);
  }

  // It lasts for some minutes, and reading may take longer.
  function renew() {
    const socket = opened();
    socket.onopen = () => socket.send('{"kind":"renew"}');
    socket.onmessage = ({ data }) => {
      const { kind, token } = JSON.parse(data);
      if (kind === "token") sessionStorage.setItem("token", token);
      socket.close();
    };
  }

  if (form && ticket() !== null) {
    renew();
    setInterval(renew, RENEW_EVERY_MS);
  }

  function keep(text, call, told) {
    const socket = opened();
    const failed = () => told("It could not be kept: the server does not answer. Is it running?");
    const patience = setTimeout(() => socket.close(), ANSWER_MS);
    socket.onopen = () => socket.send(JSON.stringify({ kind: "answer", call, text }));
    socket.onclose = failed;
    socket.onmessage = ({ data }) => {
      const { kind, message } = JSON.parse(data);
      if (!["answered", "not_answered", "error"].includes(kind)) return;
      clearTimeout(patience);
      socket.onclose = null;
      socket.close();
      told(kind === "answered" ? "Kept with the call." : message);
    };
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const kept = document.getElementById("kept");
    kept.textContent = "Keeping it\u2026";
    keep(document.getElementById("own-words").value, form.dataset.call, (text) => {
      kept.textContent = text;
    });
  });
}
