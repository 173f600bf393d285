// Files that were chosen before htmx listened to their box are sent when it does.
document.addEventListener("htmx:load", ({ target }) => {
  for (const form of target.querySelectorAll("form[data-upload][hx-post]:not(.htmx-request)")) {
    const boxes = [...form.querySelectorAll("input[type=file]")];
    if (boxes.some((box) => box.files.length)) window.htmx.trigger(form, "submit");
  }
});
