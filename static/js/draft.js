// Fields that some types of documents have alone: shown while one of them is chosen. Without scripts all are shown.
const type = document.querySelector("[data-type-chooser] select");
const show = () => document.querySelectorAll("[data-for-type]").forEach((part) => {
  part.hidden = !part.dataset.forType.split(" ").includes(type.value);
});
if (type) {
  type.addEventListener("change", show);
  show();
}
