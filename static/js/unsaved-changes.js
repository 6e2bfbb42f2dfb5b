// A form whose page says that it has unsaved changes, and asks before they are lost.

/**
 * @param {HTMLFormElement} form `data-changed` on it: what was typed before errors is not saved either.
 * `data-leave` is the question. Its `.save-state` shows its own `data-text` while something is unsaved.
 * @param {() => string} values what is compared with the values at the beginning
 * @returns {() => void} shows the state again; call it after a change
 */
export function watchUnsavedChanges(form, values) {
  const state = /** @type {HTMLElement} */ (form.querySelector(".save-state"));
  const saved = values();
  let isSubmitted = false;

  function isChanged() {
    return "changed" in form.dataset || values() !== saved;
  }

  function showState() {
    const text = isChanged() ? (state.dataset.text ?? "") : "";
    if (state.textContent !== text) state.textContent = text;
  }

  document.addEventListener("submit", (event) => {
    // A preview opens in a tab of its own: this page stays as it is.
    const opensTab = event.submitter instanceof HTMLButtonElement && event.submitter.formTarget === "_blank";
    if (event.target === form && !opensTab) isSubmitted = !event.defaultPrevented;
  });
  window.addEventListener("pageshow", () => {
    isSubmitted = false;
    showState();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSubmitted && isChanged()) event.preventDefault();
  });
  // htmx changes the page without leaving it: ask here before a link does so.
  document.addEventListener("htmx:before:request", (event) => {
    const source = /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement;
    const leaves = source instanceof HTMLAnchorElement && !form.contains(source);
    if (leaves && isChanged() && !window.confirm(form.dataset.leave)) event.preventDefault();
  });
  showState();
  return showState;
}
