// Small forms that save themselves: each says by itself whether what is typed is kept, and why not.
const words = document.querySelector("#autosave-words").dataset;
const failed = new Map(); // form: cause
const edits = new WeakMap(); // form: how often it was changed, and how often when last sent
const mine = (elt) => elt && elt.closest && elt.closest("form[data-autosave]");
const seen = (form) => edits.get(form) || { now: 0, sent: 0 };

function say(form, state, text, again = false) {
  const line = form.querySelector("[data-autosave-line]");
  line.className = `autosave is-${state}`;
  line.setAttribute("role", state === "failed" ? "alert" : "status");
  line.querySelector("[data-autosave-said]").textContent = text;
  line.querySelector("button").hidden = !again;
}
function fail(form, cause, text = words[cause]) {
  failed.set(form, cause);
  form.dataset.dirty = "1";
  say(form, "failed", text, cause !== "locked" && cause !== "wrong");
  if (AWAY.has(cause) && !retry) retry = setTimeout(tryAgain, later());
}
// that a server is back is no event of the browser: looked after now and then, for all forms, and
// not by all browsers at once
const later = () => 10000 + 10000 * Math.random();
const AWAY = new Set(["network", "paused"]);
const PAUSED = new Set([502, 503, 504]); // no database, or nothing behind the web server
let retry = 0;
async function tryAgain() {
  const lost = () => [...failed].filter(([, cause]) => AWAY.has(cause)).map(([form]) => form);
  clearTimeout(retry);
  retry = 0;
  if (!lost().length) return;
  const cause = await renewed();
  if (AWAY.has(cause)) retry ||= setTimeout(tryAgain, later());
  else lost().forEach((form) => (cause ? fail(form, cause) : send(form)));
}
// once, whoever asks: the first request takes it off the list of those that failed
function send(form) {
  if (failed.has(form)) window.htmx.trigger(form, "submit");
}
const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour12: false });

document.addEventListener("input", ({ target }) => {
  const form = mine(target);
  if (!form) return;
  const { now, sent } = seen(form);
  edits.set(form, { now: now + 1, sent });
  if (!failed.has(form)) say(form, "unsaved", words.unsaved);
  sendSoon(form, IDLE);
});
// whoever types on without leaving the box, or types back what was there, is saved, too
document.addEventListener("focusout", ({ target }) => mine(target) && sendSoon(mine(target), LEFT));
const IDLE = 5000, LEFT = 1500, timers = new WeakMap();
function sendSoon(form, milliseconds) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => {
    if (seen(form).now !== seen(form).sent && !failed.has(form)) window.htmx.trigger(form, "submit");
  }, milliseconds));
}
// what waited behind a request that found somebody else's answer is not sent over it: its writer
// has not read that answer
const unread = new WeakMap(); // form: what may not go yet, all or all but a press on “Save”
const READING = 700; // longer than a change waits before it is sent
function wrong(form, xhr) {
  if (xhr.getResponseHeader("X-Reason") === "stale") {
    unread.set(form, "all"); // the one that waits goes right behind this one
    setTimeout(() => unread.set(form, "by itself"), 0);
    setTimeout(() => unread.delete(form), READING);
  }
  fail(form, "wrong");
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const { detail } = event;
  const form = mine(detail.elt);
  if (!form) return;
  const asked = detail.requestConfig.triggeringEvent;
  const isPressed = asked && asked.type === "submit" && asked.isTrusted;
  if (unread.get(form) === "all" || (unread.has(form) && !isPressed)) return event.preventDefault();
  edits.set(form, { now: seen(form).now, sent: seen(form).now });
  failed.delete(form);
  say(form, "saving", words.saving);
});
document.addEventListener("htmx:sendError", ({ detail }) => mine(detail.elt) && fail(mine(detail.elt), "network"));
document.addEventListener("htmx:timeout", ({ detail }) => mine(detail.elt) && fail(mine(detail.elt), "network"));

// a page instead of a part is the sign-in page; a refusal is told beside what it refuses
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, elt, requestConfig } = event.detail;
  const form = mine(requestConfig ? requestConfig.elt : elt);
  if (!form) return;
  if (/^\s*<!doctype/i.test(xhr.responseText) && xhr.status < 400) {
    event.detail.shouldSwap = false;
    fail(form, "session");
  }
  if (xhr.status === 409) {
    event.detail.shouldSwap = false;
    const told = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".note > div");
    fail(form, "locked", told ? told.firstChild.textContent.trim() : words.server);
  }
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  const { xhr } = detail;
  const form = mine(detail.elt);
  if (!form || xhr.status === 409) return;
  if (xhr.status === 422) wrong(form, xhr);
  else if (xhr.status === 401 || xhr.getResponseHeader("X-Reason") === "session") fail(form, "session");
  else if (PAUSED.has(xhr.status)) fail(form, "paused");
  else fail(form, xhr.status === 403 || xhr.status === 404 ? "refused" : "server");
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = mine(detail.elt);
  if (!form || failed.has(form)) return;
  if (detail.xhr.status === 422) return wrong(form, detail.xhr);
  if (!detail.successful) return;
  const { now, sent } = seen(form);
  if (now === sent) {
    delete form.dataset.dirty;
    say(form, "saved", words.saved.replace("%t", clock()));
  } else say(form, "unsaved", words.unsaved);
});

// after signing in again in another tab: this page takes over its token, then saves
async function renew() {
  const answer = await fetch(location.href);
  if (PAUSED.has(answer.status)) return "paused";
  if (answer.headers.get("X-Reason") === "session") return "session";
  if (answer.status === 403 || answer.status === 404) return "refused";
  if (!answer.ok) return "server";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const there = page.querySelector("#autosave-words"); // also on a form that is closed by now
  if (!there) return "session";
  if (there.dataset.user !== words.user) return "other";
  document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
  const token = page.querySelector("[name=csrfmiddlewaretoken]");
  if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((box) => { box.value = token.value; });
  return "";
}
let renewing = null; // one at a time: its answer is for all forms
function renewed() {
  renewing ||= renew().catch(() => "network").finally(() => { renewing = null; });
  return renewing;
}
async function again(form) {
  say(form, "saving", words.saving);
  const cause = await renewed();
  if (cause) return failed.has(form) && fail(form, cause);
  for (const [each, why] of [...failed]) {
    if (each === form || why === "session" || AWAY.has(why)) send(each);
  }
}
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-autosave-again]");
  if (button) again(mine(button));
});
window.addEventListener("online", tryAgain);

// what was typed before this file was there; after a reload it is what the browser put back, which
// may be older than what the server has
const isNew = (box) => (box.type === "checkbox" ? box.checked !== box.defaultChecked : box.value !== box.defaultValue);
if (performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  for (const box of document.querySelectorAll("form[data-autosave] :is(input:not([type=hidden]), textarea)")) {
    if (isNew(box)) box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
