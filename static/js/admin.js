// What htmx can't say in attributes: moving the focus to a refused field, showing a secret, copying a link.

/** @param {Element} form */
function clearMessages(form) {
  for (const message of document.querySelectorAll("#page-alert, #notice")) message.replaceChildren();
  for (const message of form.querySelectorAll(".alert, .field-error")) message.replaceChildren();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** Fields whose error place has words are marked, and the first one gets the focus. @param {Element} form */
function markRefused(form) {
  const refused = [...form.querySelectorAll(".field-error:not(:empty)")]
    .map((message) => document.getElementById(message.id.replace(/-error$/, "")))
    .filter((field) => field !== null);
  for (const field of refused) field.setAttribute("aria-invalid", "true");
  refused[0]?.focus();
}

/** @param {ParentNode} root */
function reveal(root) {
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
  const field = document.getElementById(button.dataset.shows ?? "");
  const masked = field?.classList.toggle("masked") ?? true;
  button.textContent = (masked ? button.dataset.show : button.dataset.hide) ?? "";
  button.setAttribute("aria-pressed", String(!masked));
}

/** Only the fields that apply to the chosen kind of an offer are shown; the others keep what was typed. */
function showTerms() {
  const kind = document.getElementById("offer-kind");
  if (!(kind instanceof HTMLSelectElement)) return;
  for (const part of document.querySelectorAll("[data-kinds]")) {
    part.toggleAttribute("hidden", !part.getAttribute("data-kinds")?.split(" ").includes(kind.value));
  }
}

/** Whether a file is too large to send; it is said at its field, so that nothing typed is lost. @param {Element} field */
function tooLarge(field) {
  if (!(field instanceof HTMLInputElement) || !field.dataset.most) return false;
  const large = (field.files?.[0]?.size ?? 0) > Number(field.dataset.most);
  const message = document.getElementById(`${field.id}-error`);
  if (message) message.textContent = large ? (field.dataset.tooLarge ?? "") : "";
  if (large) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  return large;
}

/** The form an htmx event is about. @param {Event} event */
function formOf(event) {
  const source = /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement;
  return source instanceof HTMLFormElement ? source : null;
}

document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event);
  if (form) clearMessages(form);
});

document.addEventListener("htmx:finally:request", (event) => {
  // After htmx has enabled the buttons again: a disabled button loses the focus.
  const form = formOf(event);
  setTimeout(() => {
    if (form?.isConnected) markRefused(form);
    // What had the focus is gone: a keyboard goes on from the content, not from the top of the page.
    if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
  });
});

document.addEventListener("htmx:error", (event) => {
  if (!(/** @type {CustomEvent} */ (event).detail?.ctx)) return;
  const alert = document.getElementById("page-alert");
  if (alert) alert.textContent = alert.dataset.unreachable ?? "";
});

document.addEventListener("htmx:after:process", (event) => {
  if (event.target instanceof Element) reveal(event.target);
});

document.addEventListener("change", (event) => {
  if (event.target instanceof Element) tooLarge(event.target);
  showTerms();
});

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const field = form.querySelector("input[type=file]");
  if (!(field instanceof HTMLInputElement) || !tooLarge(field)) return;
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

// The first account is made where the shop is: its clock is the shop's.
const zone = document.querySelector("input[data-own-zone]");
if (zone instanceof HTMLInputElement) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

// A page that was refused as a whole: its first wrong field.
const refused = document.querySelector("main [aria-invalid=true]");
if (refused instanceof HTMLElement) refused.focus();
reveal(document);
showTerms();
