// A kiosk works without this file; then nothing warns before it goes back to the start.
const { idle, warning, end } = document.body.dataset;
const closing = document.querySelector(".closing");
const count = closing.querySelector(".closing-count");
const behind = document.querySelectorAll("header, main, footer");
let touched = performance.now();

// a page that is left keeps nothing, also not in the browser's memory of pages
addEventListener("pagehide", () => behind.forEach((part) => part.replaceChildren()));
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });

// "back" to the answer to a form asks for the page anew, and does not offer to send the form again
history.replaceState(null, "", location.href);

function stay({ type }) {
  touched = performance.now();
  // not at the first touch: the rest of the tap would press what lies behind the warning
  if (closing.hidden || !["click", "keydown"].includes(type)) return;
  closing.hidden = true;
  behind.forEach((part) => { part.inert = false; });
}
for (const type of ["pointerdown", "click", "keydown", "input", "wheel", "touchmove", "scroll"]) {
  addEventListener(type, stay, { capture: true, passive: true });
}

const clock = setInterval(() => {
  const left = Math.ceil(Number(idle) - (performance.now() - touched) / 1000);
  if (left <= 0) {
    clearInterval(clock);
    behind.forEach((part) => part.replaceChildren());
    location.replace(end);
  } else if (left <= Number(warning) && !document.querySelector(".tiles")) {
    count.textContent = left;
    if (!closing.hidden) return;
    closing.hidden = false;
    behind.forEach((part) => { part.inert = true; });
    closing.querySelector("button").focus();
  }
}, 1000);

// what a scanner types goes into the box of this page, wherever the focus is
const scan = document.querySelector("form[data-scan] input[name=code]");
addEventListener("keydown", (event) => {
  const typing = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const other = event.target.matches("input, select, textarea");
  if (scan && typing && event.key !== " " && !other) scan.focus();
});

const pad = document.querySelector("[data-keypad]");
if (pad) {
  const box = document.getElementById(pad.dataset.keypad);
  const most = Number(pad.dataset.digits);
  box.inputMode = "none"; // no second keyboard over the page
  pad.hidden = false;
  pad.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-key]");
    if (!button) return;
    const { key } = button.dataset;
    const typed = box.value.replace(/\D/g, "");
    const digits = { clear: "", back: typed.slice(0, -1) }[key] ?? (typed + key).slice(0, most);
    box.value = most === 11 ? digits.replace(/^(\d{3})(\d{1,4})(\d*)$/, "$1 $2 $3").trim() : digits;
  });
}
