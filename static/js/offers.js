// The list of offers: selecting rows for the form that archives them.

const form = document.querySelector("form[data-selection]");
const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (
  document.querySelectorAll(`input[form="${form?.id ?? ""}"]:not([disabled])`)
);
const all = document.querySelector("[data-select-all]");

/** Show the form while rows are selected, and how many. */
function showSelection() {
  const chosen = [...boxes].filter((box) => box.checked).length;
  form?.classList.toggle("has-selection", chosen > 0);
  const count = form?.querySelector(".bulk-count");
  if (count instanceof HTMLElement) {
    const text = chosen === 1 ? count.dataset.one : count.dataset.many?.replace("{}", String(chosen));
    count.textContent = chosen ? (text ?? "") : "";
  }
  if (all instanceof HTMLInputElement) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

/** @param {boolean} checked */
function selectAll(checked) {
  for (const box of boxes) box.checked = checked;
  showSelection();
}

document.addEventListener("change", (event) => {
  if (event.target === all && all instanceof HTMLInputElement) selectAll(all.checked);
  else showSelection();
});
form?.querySelector("[data-clear-selection]")?.addEventListener("click", () => selectAll(false));
if (boxes.length) all?.removeAttribute("hidden");
// A page that the browser restores has its boxes as they were.
window.addEventListener("pageshow", showSelection);
showSelection();

export {};
