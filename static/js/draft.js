// Fields that one type of document has alone: shown while that type is chosen. Without scripts all are shown.
const type = document.querySelector("[data-type-chooser] select");
const show = () => document.querySelectorAll("[data-for-type]").forEach((part) => {
  part.hidden = part.dataset.forType !== type.value;
});
if (type) {
  type.addEventListener("change", show);
  show();
}
