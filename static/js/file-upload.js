// Sends a large file in parts before the form itself, shows how far it is, and goes on after an interruption.

const form = /** @type {HTMLFormElement} */ (document.getElementById("file-form"));
const field = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
const stored = /** @type {HTMLInputElement} */ (form.querySelector("input[name=stored]"));
const box = /** @type {HTMLElement} */ (document.getElementById("file-progress"));
const bar = /** @type {HTMLProgressElement} */ (box.querySelector("progress"));
const words = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
const cancel = /** @type {HTMLButtonElement} */ (box.querySelector("button"));
const error = /** @type {HTMLElement} */ (document.getElementById(`${field.id}-error`));
const token = /** @type {HTMLInputElement} */ (form.querySelector("input[name=csrf_token]")).value;
const address = form.dataset.uploads ?? "";

// Pauses before a part is sent again, in seconds. Afterwards the person decides.
const PAUSES = [1, 2, 5, 10, 20, 30];

/** @typedef {{upload?: string, received?: number, part?: number, file?: number, error?: string}} Answer */

/** @type {AbortController | null} */
let running = null;

/** A failure that sending again doesn't change. */
class Refused extends Error {}

/** @param {File} file */
function keyOf(file) {
  return `upload ${file.name} ${file.size} ${file.lastModified}`;
}

/**
 * @param {string} url @param {Record<string, string | Blob> | null} fields null to ask only
 * @param {AbortSignal} signal
 * @returns {Promise<{status: number, answer: Answer}>}
 */
async function ask(url, fields, signal) {
  /** @type {RequestInit} */
  const options = { signal, headers: { Accept: "application/json" } };
  if (fields) {
    const body = new FormData();
    body.set("csrf_token", token);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    options.method = "POST";
    options.body = body;
  }
  const response = await fetch(url, options);
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  // Without JSON it is a page: the session has ended, or a proxy refuses.
  if (!isJson && response.status < 500) throw new Refused(form.dataset.refused);
  const answer = isJson ? /** @type {Answer} */ (await response.json()) : {};
  if (response.status === 422) throw new Refused(answer.error ?? form.dataset.refused);
  return { status: response.status, answer };
}

/** Wait, at most until the upload is canceled. @param {number} seconds @param {AbortSignal} signal */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

/** @param {number} received @param {File} file */
function showProgress(received, file) {
  const percent = Math.floor((received / file.size) * 100);
  bar.value = percent;
  words.textContent = (received < file.size ? form.dataset.sending : form.dataset.checking)?.replace("{percent}", `${percent}%`) ?? "";
}

/** Find the upload that a former visit has begun, or begin one. @param {File} file @param {AbortSignal} signal */
async function begin(file, signal) {
  const known = localStorage.getItem(keyOf(file));
  if (known) {
    const { status, answer } = await ask(`${address}/${known}`, null, signal).catch(() => ({ status: 404, answer: /** @type {Answer} */ ({}) }));
    if (status === 200) return { id: known, received: answer.received ?? 0 };
  }
  const { status, answer } = await ask(address, { name: file.name, size: String(file.size) }, signal);
  if (status !== 200 || !answer.upload) throw new Error(`${status}`);
  localStorage.setItem(keyOf(file), answer.upload);
  return { id: answer.upload, received: 0 };
}

/** Send all parts. @param {File} file @param {AbortSignal} signal @returns {Promise<number>} the id of the stored file */
async function send(file, signal) {
  const size = Number(form.dataset.part);
  let { id, received } = await begin(file, signal);
  for (let failures = 0; ; ) {
    showProgress(received, file);
    try {
      const part = file.slice(received, received + size);
      /** @type {Record<string, string | Blob>} */
      const fields = { offset: String(received) };
      if (part.size) fields.part = part;
      const { status, answer } = await ask(`${address}/${id}`, fields, signal);
      if (answer.file) {
        localStorage.removeItem(keyOf(file));
        return answer.file;
      }
      if (status !== 200 && status !== 409) throw new Error(answer.error ?? `${status}`);
      received = answer.received ?? 0;
      failures = 0;
    } catch (failure) {
      if (failure instanceof Refused) localStorage.removeItem(keyOf(file));
      if (failure instanceof Refused || signal.aborted || failures === PAUSES.length) throw failure;
      words.textContent = form.dataset.waiting ?? "";
      const seconds = PAUSES[failures++] ?? 0;
      await pause(seconds, signal);
      signal.throwIfAborted();
      const { answer } = await ask(`${address}/${id}`, null, signal).catch(() => ({ answer: /** @type {Answer} */ ({}) }));
      received = answer.received ?? received;
    }
  }
}

/** @param {string} text */
function showError(text) {
  error.textContent = text;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

/** @param {boolean} busy */
function setBusy(busy) {
  box.toggleAttribute("hidden", !busy);
  for (const button of form.querySelectorAll("button[type=submit]")) button.toggleAttribute("disabled", busy);
  field.disabled = busy;
}

/** @param {File} file */
async function upload(file) {
  running = new AbortController();
  error.textContent = "";
  field.removeAttribute("aria-invalid");
  setBusy(true);
  try {
    stored.value = String(await send(file, running.signal));
  } catch (failure) {
    setBusy(false);
    if (!running.signal.aborted) {
      showError((failure instanceof Refused && failure.message) || (form.dataset.interrupted ?? ""));
    }
    return;
  } finally {
    running = null;
  }
  // The bytes are there: the form brings only the rest. Its field stays disabled, so the file is not sent again.
  window.removeEventListener("beforeunload", warn);
  form.submit();
}

/** @param {BeforeUnloadEvent} event */
function warn(event) {
  if (running) event.preventDefault();
}

form.addEventListener("submit", (event) => {
  const file = field.files?.[0];
  if (!file || stored.value) return;
  event.preventDefault();
  void upload(file);
});
// Another file takes the place of one that was uploaded before.
field.addEventListener("change", () => (stored.value = ""));
cancel.addEventListener("click", () => running?.abort());
window.addEventListener("beforeunload", warn);
