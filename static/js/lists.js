// Lists of the admin: the address keeps the filters, "/" goes to the search, rows are chosen.

// Milliseconds without a key before a search begins.
const PAUSE = 300;

/** Put the filters in force into the address, so that a reload, a bookmark or Back finds them. @param {HTMLFormElement} form */
function keepAddress(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) query.append(name, String(value));
  history.replaceState(history.state, "", form.action.split("?")[0] + (query.size ? `?${query}` : ""));
}

/** @returns {HTMLInputElement[]} */
const rows = () => [...document.querySelectorAll("input[name=chosen]")].filter((one) => one instanceof HTMLInputElement);

/** Show how many rows are chosen, and what can be done with them. */
function showChosen() {
  const form = document.getElementById("selection");
  if (!form) return;
  const all = rows();
  const chosen = all.filter((row) => row.checked).length;
  const count = form.querySelector(".chosen-count");
  if (count instanceof HTMLElement) count.textContent = chosen ? (count.dataset.chosen ?? "").replace("{}", String(chosen)) : "";
  form.classList.toggle("empty-selection", chosen === 0);
  for (const row of all) row.closest("tr")?.classList.toggle("chosen", row.checked);
  const head = document.querySelector("[data-choose-all]");
  if (!(head instanceof HTMLInputElement)) return;
  head.checked = chosen > 0 && chosen === all.length;
  head.indeterminate = chosen > 0 && chosen < all.length;
}

/** Show what needs JavaScript. */
function prepare() {
  for (const hidden of document.querySelectorAll("[data-choose-all], #selection [type=reset], .filters-toggle")) {
    hidden.removeAttribute("hidden");
  }
  showChosen();
}

document.addEventListener("keydown", (event) => {
  const search = document.querySelector("[data-search]");
  const isTyping = event.target instanceof Element && event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!(search instanceof HTMLInputElement)) return;
  event.preventDefault();
  search.focus();
  search.select();
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** Show the list with the filters as they are now, or after a pause in typing. @param {Event} event @param {number} pause */
function applyFilters(event, pause) {
  const form = event.target instanceof Element ? event.target.closest("form[data-keeps-address]") : null;
  if (!(form instanceof HTMLFormElement)) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => form.requestSubmit(), pause);
}

document.addEventListener("input", (event) => applyFilters(event, PAUSE));

document.addEventListener("change", (event) => {
  const field = event.target;
  applyFilters(event, 0);
  if (!(field instanceof HTMLInputElement)) return;
  if (field.matches("[data-choose-all]")) for (const row of rows()) row.checked = field.checked;
  if (field.matches("[data-choose-all], [name=chosen]")) showChosen();
});

// The fields are reset after the event.
document.addEventListener("reset", () => setTimeout(showChosen));

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest(".filters-toggle") : null;
  button?.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
});

document.addEventListener("htmx:finally:request", (event) => {
  const form = /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement;
  if (form instanceof HTMLFormElement && form.matches("[data-keeps-address]")) keepAddress(form);
  setTimeout(prepare);
});

prepare();
