// Questions that open in the page in place of the button that was pressed: Escape closes one as its own link does, and the
// focus returns to what opened it.

/** How to find what opened the question: the page may show it again as another element. */
let opener = "";
let isClosing = false;

/** @param {Element} element whose press makes a request @returns {string} a selector that finds it again */
function selectorOf(element) {
  const button = element instanceof HTMLFormElement ? element.querySelector("button[type=submit]") : element;
  if (button?.id) return `#${CSS.escape(button.id)}`;
  if (element instanceof HTMLFormElement) return `form[action="${CSS.escape(element.getAttribute("action") ?? "")}"] button[type=submit]`;
  return `a[href="${CSS.escape(element.getAttribute("href") ?? "")}"]`;
}

function focusOpener() {
  const found = opener && document.querySelector(opener);
  if (found instanceof HTMLElement) found.focus();
}

document.addEventListener("htmx:before:request", (event) => {
  const source = /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement;
  if (!(source instanceof Element) || !source.closest("main")) return;
  isClosing = source.matches("[data-close]");
  if (!source.closest(".inline-form")) opener = selectorOf(source);
});

// Before the script of all pages moves a lost focus to the content.
document.addEventListener("htmx:finally:request", () => {
  if (isClosing) setTimeout(focusOpener);
  isClosing = false;
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-close]:not([hx-get])") : null;
  if (!link || !opener || !document.querySelector(opener)) return;
  // Opened in this page beside what opened it, so nothing needs be fetched.
  event.preventDefault();
  link.closest(".inline-form")?.remove();
  focusOpener();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const question = event.target instanceof Element ? event.target.closest(".inline-form") : null;
  const close = question?.querySelector("[data-close]");
  if (close instanceof HTMLElement) close.click();
});

export {};
