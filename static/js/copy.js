/** Copies a text, such as a license key, when its button is pressed. The buttons need JavaScript, so it shows them. */

for (const button of document.querySelectorAll('button.copy')) button.removeAttribute('hidden');

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button.copy') : null;
  if (button instanceof HTMLButtonElement) void copy(button);
});

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const label = button.textContent;
  await navigator.clipboard.writeText(button.dataset.copy ?? '');
  button.textContent = button.dataset.copied ?? '';
  setTimeout(() => (button.textContent = label), 2000);
}

export {};
