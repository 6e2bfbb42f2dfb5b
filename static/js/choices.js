/**
 * What the customer chooses on an offer's page: a price option, for which everything was prepared, and the price where
 * it is theirs to choose.
 */

import { clearFieldError, form, messages, showFieldError, tooMany } from './payment-form.js';

/** @param {() => void} update shows the amounts for the price and the quantity */
export function watchChoices(update) {
  form.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'option') showOption(target, update);
  });
  form.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'price' && readOwnPrice()) update();
  });
  // The browser may have restored another choice than the page was rendered with.
  const chosen = form.querySelector('input[name="option"]:checked');
  if (chosen instanceof HTMLInputElement) showOption(chosen, update);
  else if (readOwnPrice()) update();
}

/** @param {HTMLInputElement} option @param {() => void} update */
function showOption(option, update) {
  const { unit, price, terms, button, trial, most } = option.dataset;
  Object.assign(form.dataset, { unit, price, terms, button });
  const { variants } = /** @type {{variants?: Record<string, object>}} */ (/** @type {unknown} */ (messages));
  Object.assign(messages, variants?.[trial === undefined ? 'paid' : 'trial']);
  const prepared = /** @type {HTMLTemplateElement | null} */ (form.querySelector(`template[data-option="${option.value}"]`));
  for (const part of document.querySelectorAll('[data-part]')) {
    const source = prepared?.content.querySelector(`[data-for="${part.getAttribute('data-part')}"]`);
    if (source) part.replaceChildren(...source.cloneNode(true).childNodes);
  }
  readOwnPrice();
  limitQuantity(most ?? '');
  update();
}

/** What is left of the option limits the quantity. @param {string} most */
function limitQuantity(most) {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector('#quantity'));
  if (!input) return;
  input.max = most;
  if (input.validity.rangeOverflow) showFieldError('quantity', tooMany(input));
  else if (input.validity.valid) clearFieldError('quantity');
}

/** Take the typed price as that of one unit. @returns {boolean} whether it is one; the shop says what is wrong */
function readOwnPrice() {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector('#own-price'));
  const decimals = Number(form.dataset.decimals);
  const [, whole, fraction = ''] = /^(\d{1,10})(?:[.,](\d{1,3}))?$/.exec(input?.value.replace(/[\s\u00a0]/g, '') ?? '') ?? [];
  if (!whole || fraction.replace(/0+$/, '').length > decimals) return false;
  form.dataset.unit = String(Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0')));
  return true;
}
