// The counter's page works without this file; it saves keys.
const form = document.querySelector("form[data-reception]");
const boxes = () => [...form.querySelectorAll('input[type="checkbox"][name$="-got"]')];
const seen = (box) => box.offsetParent !== null && !box.disabled && box.tabIndex >= 0;

// Enter goes to the next box; in the scan and the number it fills in (the form's first button)
form.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const accept = form.querySelector('[name="act"][value="accept"]');
    if (accept) form.requestSubmit(accept);
    return;
  }
  if (!at.matches("input:not([type=file]), select") || at.id === "id_scan" && at.value) return;
  if (at.id === "id_applicant-number" && at.value) return;
  event.preventDefault();
  const stops = [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button, summary")].filter(seen);
  const next = stops[stops.indexOf(at) + 1];
  if (next) next.focus();
});

// after filling in: to the first box that is still empty
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!detail.target || detail.target.id !== "applicant") return;
  const person = document.getElementById("applicant");
  const failed = person.querySelector(".note-error");
  const empty = ["number", "name", "phone", "address"]
    .map((name) => document.getElementById(`id_applicant-${name}`)).find((box) => !box.value);
  const to = failed ? document.getElementById("id_scan") : empty || document.querySelector('[name="came"]:checked');
  if (to) to.focus();
});

const all = form.querySelector("[data-tick-all]");
if (all) {
  all.hidden = boxes().length < 2;
  all.addEventListener("click", () => {
    boxes().forEach((box) => { box.checked = true; });
    form.dataset.dirty = "1";
  });
}
