/** Copies the numbers of the test cards. Loaded in test mode only. */

for (const button of document.querySelectorAll('button.copy')) button.addEventListener('click', () => copy(button));

/** @param {Element} button */
async function copy(button) {
  const number = button.parentElement?.querySelector('code');
  if (!number) return;
  // Select it too: without access to the clipboard the customer can copy it by keyboard.
  window.getSelection()?.selectAllChildren(number);
  try {
    await navigator.clipboard.writeText(number.textContent ?? '');
  } catch {
    return;
  }
  button.textContent = button.closest('ul')?.dataset.copied ?? '';
}

export {};
