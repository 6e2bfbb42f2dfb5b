// The editor of an email's text: live preview of what is typed, variables as buttons, unsaved changes.

import { watchUnsavedChanges } from "./unsaved-changes.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("email-form"));
const frames = /** @type {HTMLElement} */ (document.querySelector(".preview-frames"));
const previewButton = /** @type {HTMLButtonElement} */ (form.querySelector("[data-preview]"));
const message = /** @type {HTMLTextAreaElement} */ (form.querySelector("#email-words"));
const fields = [/** @type {HTMLInputElement} */ (form.querySelector("#email-subject")), message];
// How long typing has to rest before the preview follows.
const REST = 400;

/** The field that a variable goes into. @type {HTMLInputElement | HTMLTextAreaElement} */
let focused = message;
let round = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

function values() {
  return JSON.stringify([...fields].map((field) => field.value));
}

const showState = watchUnsavedChanges(form, values);

/** @param {Record<string, string>} errors by field */
function showErrors(errors) {
  for (const field of fields) {
    const words = errors[field.name] ?? "";
    const error = document.getElementById(`${field.id}-error`);
    if (error && error.textContent !== words) error.textContent = words;
    if (words) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

/**
 * Show what is typed in a new frame, which replaces the old one when it is there. A new frame adds no entry to the
 * history of the window, as another page in the same frame would.
 * @param {number} number of this round
 */
function showPreview(number) {
  const frame = document.createElement("iframe");
  frame.className = "email-body loading";
  frame.name = `email-preview-${number}`;
  frame.setAttribute("sandbox", "");
  frame.title = frames.dataset.title ?? "";
  frames.append(frame);
  const sent = document.createElement("form");
  sent.method = "post";
  sent.action = previewButton.formAction;
  sent.target = frame.name;
  sent.hidden = true;
  for (const [name, value] of new FormData(form)) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = String(value);
    sent.append(field);
  }
  document.body.append(sent);
  frame.addEventListener("load", () => {
    if (number !== round) return frame.remove();
    frame.classList.remove("loading");
    for (const old of frames.querySelectorAll("iframe")) if (old !== frame) old.remove();
  });
  sent.submit();
  sent.remove();
}

/** Check what is typed by the rules of Save, and show it. */
async function refresh() {
  const number = ++round;
  let answer;
  try {
    answer = await fetch(form.dataset.check ?? "", { method: "POST", body: new FormData(form) });
    if (!answer.ok) return;
  } catch {
    // The next key tries again; Save tells what is wrong.
    return;
  }
  const { errors, subject, text } = await answer.json();
  if (number !== round) return;
  showErrors(errors);
  if (!subject) return;
  const subjectLine = document.getElementById("email-preview-subject");
  if (subjectLine) subjectLine.textContent = subject;
  const plain = document.getElementById("email-preview-text");
  if (plain) plain.textContent = text;
  showPreview(number);
}

/** Put a variable where the cursor is, or in place of what is selected. @param {string} variable */
function insert(variable) {
  const { selectionStart, selectionEnd, value } = focused;
  focused.focus();
  focused.setRangeText(variable, selectionStart ?? value.length, selectionEnd ?? value.length, "end");
  focused.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {string} width phone or desktop */
function showWidth(width) {
  frames.classList.toggle("phone", width === "phone");
  for (const button of document.querySelectorAll("[data-width]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-width") === width));
  }
}

for (const code of form.querySelectorAll("code[data-variable]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = code.textContent;
  button.addEventListener("click", () => insert(code.getAttribute("data-variable") ?? ""));
  code.replaceWith(button);
}
for (const field of fields) field.addEventListener("focus", () => (focused = field));
for (const button of document.querySelectorAll("[data-width]")) {
  button.addEventListener("click", () => showWidth(button.getAttribute("data-width") ?? ""));
}
document.querySelector(".segments")?.removeAttribute("hidden");
previewButton.hidden = true;

form.addEventListener("input", () => {
  showState();
  clearTimeout(timer);
  timer = setTimeout(refresh, REST);
});
// The page shows what was typed before errors or a test; the frame shows what is saved.
if ("changed" in form.dataset) refresh();
