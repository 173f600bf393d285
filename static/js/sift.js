// A long list of boxes: only the lines that hold the words; what is ticked stays in sight.
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase()
  .replace(/\bubnd\b/g, "uy ban nhan dan");  // as officials write it

document.querySelectorAll("[data-sift]").forEach((field) => { field.hidden = false; });
document.addEventListener("input", ({ target }) => {
  const field = target.closest("[data-sift]");
  if (!field) return;
  const words = plain(target.value).split(/\s+/);
  document.querySelectorAll(`#${field.dataset.sift} .sift-row`).forEach((row) => {
    const text = plain(row.textContent);
    row.hidden = !row.querySelector("input:checked") && !words.every((word) => text.includes(word));
  });
});

// Ticks in groups: a group's tick moves the others with it; which ones are chosen is said, of many how many.
const NAMED = 5;
function follow(list) {
  const said = document.getElementById(list.dataset.chosen);
  const chosen = [...list.querySelectorAll("input:checked:not([data-all])")];
  said.hidden = !chosen.length;
  const names = chosen.slice(0, NAMED).map((box) => box.parentElement.textContent.trim());
  said.querySelector("output").value = chosen.length > NAMED ? chosen.length : names.join(", ");
}
function moveGroup(all) {
  all.closest("fieldset").querySelectorAll("input:not([data-all])").forEach((box) => { box.checked = all.checked; });
}
// A whole group is sent as its one tick: thirty tasks for all communes are too many values for a page.
document.addEventListener("formdata", ({ target, formData }) => {
  target.querySelectorAll("[data-all]:checked").forEach((all) => {
    const boxes = all.closest("fieldset").querySelectorAll("input:not([data-all])");
    const inGroup = new Set([...boxes].map((box) => box.value));
    const others = formData.getAll(all.name).filter((value) => !inGroup.has(value));
    formData.delete(all.name);
    others.forEach((value) => formData.append(all.name, value));
  });
});
document.querySelectorAll("[data-chosen]").forEach((list) => {
  list.querySelectorAll("[data-all]:checked").forEach(moveGroup);
  list.addEventListener("change", ({ target }) => {
    if (target.matches("[data-all]")) moveGroup(target);
    else if (!target.checked) target.closest("fieldset").querySelectorAll("[data-all]").forEach((all) => { all.checked = false; });
    follow(list);
  });
  follow(list);
});
