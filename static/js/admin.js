// What htmx attributes can't express: focus on an invalid field, showing a secret, copying a link.

import "./questions.js";

/** @param {Element} form */
function clearMessages(form) {
  for (const message of document.querySelectorAll("#page-alert, #notice")) {
    // The form that signs in again stands in the alert itself.
    if (!message.contains(form)) message.replaceChildren();
  }
  for (const message of form.querySelectorAll(".alert, .field-error")) message.replaceChildren();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** Mark the fields that have an error message and focus the first one. @param {Element} form */
function markInvalid(form) {
  const invalid = [...form.querySelectorAll(".field-error:not(:empty)")]
    .map((message) => document.getElementById(message.id.replace(/-error$/, "")))
    .filter((field) => field !== null);
  for (const field of invalid) field.setAttribute("aria-invalid", "true");
  invalid[0]?.focus();
}

/** Show the buttons that need JavaScript. @param {ParentNode} root */
function showScriptButtons(root) {
  for (const button of root.querySelectorAll("button.copy, button.show")) button.removeAttribute("hidden");
}

/** @param {HTMLElement} button */
async function copy(button) {
  const label = button.textContent;
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  button.textContent = button.dataset.copied ?? "";
  setTimeout(() => (button.textContent = label), 2000);
}

/** @param {HTMLElement} button */
function toggleSecret(button) {
  const field = document.getElementById(button.dataset.secret ?? "");
  const masked = field?.classList.toggle("masked") ?? true;
  button.textContent = (masked ? button.dataset.show : button.dataset.hide) ?? "";
  button.setAttribute("aria-pressed", String(!masked));
}

/** Show only the fields that the chosen kind of each price uses. Hidden fields keep their values. */
function showFieldsOfKind() {
  for (const kind of document.querySelectorAll('select[id^="offer-"][id$="kind"]')) {
    const row = kind.closest(".form-row");
    for (const part of (row ?? document).querySelectorAll("[data-offer-kinds]")) {
      if (!(kind instanceof HTMLSelectElement) || part.closest(".form-row") !== row) continue;
      part.toggleAttribute("hidden", !part.getAttribute("data-offer-kinds")?.split(" ").includes(kind.value));
    }
  }
}

/**
 * Whether the chosen file is too large to send. The error is shown at its field, so that nothing typed is lost.
 * @param {Element} field
 */
function isTooLarge(field) {
  if (!(field instanceof HTMLInputElement) || !field.dataset.maxBytes) return false;
  const large = (field.files?.[0]?.size ?? 0) > Number(field.dataset.maxBytes);
  const message = document.getElementById(`${field.id}-error`);
  if (message) message.textContent = large ? (field.dataset.tooLarge ?? "") : "";
  if (large) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  return large;
}

/** The form that triggered an htmx request. @param {Event} event */
function formOf(event) {
  const source = /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement;
  return source instanceof HTMLFormElement ? source : null;
}

/** The form whose answer asked for the password. @type {HTMLFormElement | null} */
let waitingForm = null;

/** Send the form that waits for the password once it is confirmed. @param {HTMLFormElement} form answered just now */
function continueAfterPassword(form) {
  const isAsked = document.querySelector("#page-alert [data-confirms-password]") !== null;
  if (!form.matches("[data-confirms-password]")) {
    waitingForm = isAsked ? form : null;
  } else if (!isAsked) {
    const next = waitingForm;
    waitingForm = null;
    if (next?.isConnected) next.requestSubmit();
  }
}

document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event);
  if (form) clearMessages(form);
});

document.addEventListener("htmx:finally:request", (event) => {
  // Wait until htmx has enabled the buttons again: a disabled button can't have the focus.
  const form = formOf(event);
  setTimeout(() => {
    if (form?.isConnected) markInvalid(form);
    if (form) continueAfterPassword(form);
    // The focused element was replaced: keyboard users continue in the content, not at the top of the page.
    if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
  });
});

document.addEventListener("htmx:error", (event) => {
  if (!(/** @type {CustomEvent} */ (event).detail?.ctx)) return;
  const alert = document.getElementById("page-alert");
  if (alert) alert.textContent = alert.dataset.unreachable ?? "";
});

document.addEventListener("htmx:after:process", (event) => {
  if (event.target instanceof Element) showScriptButtons(event.target);
});

document.addEventListener("change", (event) => {
  if (event.target instanceof Element) isTooLarge(event.target);
  showFieldsOfKind();
});

// Rows of a form may have been added.
document.addEventListener("htmx:finally:request", () => setTimeout(showFieldsOfKind));

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const field = form.querySelector("input[type=file]");
  if (!(field instanceof HTMLInputElement) || !isTooLarge(field)) return;
  event.preventDefault();
  field.focus();
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.matches(".copy")) void copy(button);
  if (button?.matches(".show")) toggleSecret(button);
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.removeAttribute("open");
    if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
  }
});

// In a search inside of a form, Enter would save the form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target instanceof Element && event.target.matches("[data-unsaved='ignore']")) event.preventDefault();
});

// Whoever creates the first account is where the shop is, so the browser's time zone becomes the shop's.
const timeZone = document.querySelector("input[data-time-zone]");
if (timeZone instanceof HTMLInputElement) timeZone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

// A whole page with form errors: focus the first invalid field.
const firstInvalid = document.querySelector("main [aria-invalid=true]");
if (firstInvalid instanceof HTMLElement) firstInvalid.focus();
showScriptButtons(document);
showFieldsOfKind();
