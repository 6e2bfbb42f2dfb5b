// The form of an offer: unsaved changes, the chosen picture, and where the focus goes after errors.

import { watchUnsavedChanges } from "./unsaved-changes.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("offer-form"));

// Finds accounts for a select. What is typed there is not saved.
const search = form.querySelector("input[data-unsaved='ignore']");

/** All values of the form as a text. A chosen file counts by its name and size. */
function values() {
  const entries = [...new FormData(form)]
    .filter(([name]) => name !== search?.getAttribute("name"))
    .map(([name, value]) => (value instanceof File ? [name, value.name, value.size] : [name, value]));
  return JSON.stringify(entries);
}

const showState = watchUnsavedChanges(form, values);

/** Show the chosen picture. As data, because the page may load images from nowhere else. @param {HTMLInputElement} field */
function showPicture(field) {
  const file = field.files?.[0];
  const preview = document.getElementById("offer-picture-preview");
  const image = preview?.querySelector("img");
  if (!file || !image || field.getAttribute("aria-invalid") === "true") return;
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    image.src = String(reader.result);
    image.alt = image.dataset.chosen ?? "";
    preview?.removeAttribute("hidden");
  });
  reader.readAsDataURL(file);
}

/** Put fields in place that are needed while a box is ticked, and hide them while it is not. @param {HTMLInputElement} box */
function showTicked(box) {
  const template = document.querySelector(`template[data-ticked-new="${box.dataset.ticked}"]`);
  if (template instanceof HTMLTemplateElement && box.checked) template.replaceWith(template.content);
  for (const part of document.querySelectorAll(`[data-ticked-part="${box.dataset.ticked}"]`)) {
    part.toggleAttribute("hidden", !box.checked);
  }
}

/** Of the boxes with the same purpose only one is ticked. @param {HTMLInputElement} box */
function untickOthers(box) {
  const same = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[data-only-one="${box.dataset.onlyOne}"]`));
  for (const other of same) if (box.checked && other !== box) other.checked = false;
}

form.addEventListener("input", showState);
form.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.dataset.ticked) showTicked(event.target);
  if (event.target instanceof HTMLInputElement && event.target.dataset.onlyOne) untickOthers(event.target);
  showState();
  // Afterwards, because the script of all pages checks the size first.
  if (event.target instanceof HTMLInputElement && event.target.type === "file") setTimeout(showPicture, 0, event.target);
});
// A button has added, moved or removed a row.
document.addEventListener("htmx:finally:request", () => setTimeout(showState));
const summary = document.querySelector("#offer-alert:not(:empty)");
if (summary instanceof HTMLElement) {
  summary.tabIndex = -1;
  summary.focus();
}
