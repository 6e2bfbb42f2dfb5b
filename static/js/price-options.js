/**
 * The price options of an offer's page: what was prepared for the chosen one is put in place, and the form pays it.
 */

import { form, messages } from './payment-form.js';

/** @param {() => void} update shows the amounts for the quantity */
export function watchOptions(update) {
  form.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'option') show(target, update);
  });
  // The browser may have restored another choice than the page was rendered with.
  const chosen = form.querySelector('input[name="option"]:checked');
  if (chosen instanceof HTMLInputElement) show(chosen, update);
}

/** @param {HTMLInputElement} option @param {() => void} update */
function show(option, update) {
  const { unit, price, terms, button, trial } = option.dataset;
  Object.assign(form.dataset, { unit, price, terms, button });
  const { variants } = /** @type {{variants?: Record<string, object>}} */ (/** @type {unknown} */ (messages));
  Object.assign(messages, variants?.[trial === undefined ? 'paid' : 'trial']);
  const prepared = /** @type {HTMLTemplateElement | null} */ (form.querySelector(`template[data-option="${option.value}"]`));
  for (const part of document.querySelectorAll('[data-part]')) {
    const source = prepared?.content.querySelector(`[data-for="${part.getAttribute('data-part')}"]`);
    if (source) part.replaceChildren(...source.cloneNode(true).childNodes);
  }
  update();
}
