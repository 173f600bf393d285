// Pages work without this file; it saves time and says what failed.
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, handler, target = document) => target.addEventListener(type, handler);

// failures: by cause, never silent
const failure = $("#failure");
function fail(cause) {
  failure.textContent = failure.dataset[cause] || failure.dataset.server;
  failure.hidden = false;
  failure.scrollIntoView({ block: "nearest" });
}
// autosave.js tells of these
const saves = (elt) => elt?.closest?.("form[data-autosave]");
const away = ({ detail: { elt } }) => saves(elt) || fail(elt?.closest?.("form[data-upload]") ? "upload" : "network");
on("htmx:sendError", away);
on("htmx:timeout", away);
on("htmx:responseError", ({ detail: { xhr, elt } }) => {
  if (xhr.status === 409 || saves(elt)) return;
  if (xhr.status === 401 || xhr.getResponseHeader("X-Reason") === "session") fail("session");
  else fail(xhr.status === 403 || xhr.status === 404 ? "refused" : "server");
});
on("htmx:beforeSwap", (event) => {
  // a whole page, not a part, is the sign-in page
  const { xhr, boosted, requestConfig } = event.detail;
  if (!boosted && !saves(requestConfig?.elt) && /^\s*<!doctype/i.test(xhr.responseText)) {
    event.detail.shouldSwap = false;
    fail("session");
  }
});
on("htmx:beforeRequest", ({ detail }) => { failure.hidden ||= !saves(detail.elt); });
on("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful || !failure.hidden || saves(detail.elt)) return;
  const form = detail.elt.closest?.("form[data-guard]");
  if (form) delete form.dataset.dirty;
});

// after a swap: faults get the focus, counts are read aloud
function settle(root) {
  const summary = $("[data-focus]", root);
  if (summary) summary.focus();
  const said = $("[data-announce]", root);
  const region = $("#announce");
  if (said && region) region.textContent = said.textContent;
  all("form[data-bulk]", root).forEach(count);
}
on("htmx:afterSwap", ({ detail }) => {
  settle(document);
  if (detail.target && detail.target.id === "messages") detail.target.scrollIntoView({ block: "nearest" });
});
on("htmx:xhr:progress", ({ target, detail }) => {
  const form = target.closest("form");
  const bar = form && $("progress", form);
  if (!bar || !detail.total) return;
  bar.hidden = false;
  bar.max = detail.total;
  bar.value = detail.loaded;
});

// unsaved changes, second click
on("input", ({ target }) => {
  const form = target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "1";
});
on("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("hx-post")) delete form.dataset.dirty;
  if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});
on("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent), window);
on("beforeunload", (event) => { if ($("form[data-dirty]")) event.preventDefault(); }, window);

// on a phone the filters after the first one are folded, unless one of them is in use
const phone = matchMedia("(max-width: 700px)");
function fold() {
  all("details.filters-more").forEach((more) => {
    const used = all("input, select", more).some((field) => field.value);
    more.open = used || !phone.matches;
  });
}
phone.addEventListener("change", fold);
fold();

// form[data-bulk] with boxes named "picks"
let lastBox = null;
const boxes = (form) => all('input[type="checkbox"][name="picks"]', form);
function count(form) {
  const ticked = boxes(form).filter((box) => box.checked).length;
  const bar = $(".bulk-bar", form);
  if (!bar) return;
  bar.hidden = !ticked;
  const words = $("[data-bulk-count]", bar);
  if (words) words.textContent = words.dataset.words.replace("%n", ticked);
  const whole = $("[data-bulk-all]", form);
  if (whole) {
    whole.checked = ticked > 0 && ticked === boxes(form).length;
    whole.indeterminate = ticked > 0 && !whole.checked;
  }
  boxes(form).forEach((box) => box.closest("tr")?.classList.toggle("ticked", box.checked));
}
on("click", (event) => {
  const box = event.target.closest('form[data-bulk] input[name="picks"]');
  if (box && event.shiftKey && lastBox && lastBox.form === box.form) {
    const rows = boxes(box.form);
    const [from, to] = [rows.indexOf(lastBox), rows.indexOf(box)].sort((a, b) => a - b);
    rows.slice(from, to + 1).forEach((row) => { row.checked = box.checked; });
    count(box.form);
  }
  if (box) lastBox = box;
  const clear = event.target.closest("[data-bulk-clear]");
  if (clear) {
    boxes(clear.form).forEach((row) => { row.checked = false; });
    count(clear.form);
  }
  if (event.target.closest("[data-print]")) window.print();
  if (event.target.closest("[data-shortcuts-open]")) $("#shortcuts").showModal();
  all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
on("change", ({ target }) => {
  const form = target.closest("form[data-bulk]");
  if (!form) return;
  if (target.matches("[data-bulk-all]")) boxes(form).forEach((box) => { box.checked = target.checked; });
  count(form);
});

// a sentence of the library goes into the box beside it
on("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const box = button && $(button.dataset.insert);
  if (!box) return;
  box.value = [box.value.trim(), button.textContent.trim()].filter(Boolean).join("\n");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});

// an open menu of the header covers the page
document.addEventListener("toggle", () => {
  const covered = Boolean($(".top details.menu[open]"));
  all("main > :not(.page-head), .page-actions").forEach((part) => { part.inert = covered; });
}, true);

// keyboard: off while typing and by choice (WCAG 2.1.4)
function step(by) {
  const rows = all("table.list tbody tr").filter((row) => $("th a", row));
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.classList.contains("at"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now < 0 ? 0 : now + by))];
  rows.forEach((row) => row.classList.toggle("at", row === next));
  $("th a", next).focus();
}
const keys = {
  "/": () => $("#search") && $("#search").focus(),
  j: () => step(1),
  k: () => step(-1),
  x: () => { const box = $('tr.at input[name="picks"]'); if (box) box.click(); },
  "?": () => $("#shortcuts") && $("#shortcuts").showModal(),
};
on("keydown", (event) => {
  if (event.key === "Escape") {
    all("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
  }
  if (event.ctrlKey || event.metaKey || event.altKey || "noShortcuts" in document.body.dataset) return;
  if (event.target.closest("textarea, select, dialog, [contenteditable]")) return;
  if (event.target.matches("input:not([type=checkbox], [type=radio])")) return;
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});
settle(document);
