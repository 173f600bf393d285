// A long list of boxes: only the lines that hold the words; what is ticked stays in sight.
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();

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
