/**
 * The price as the server computes it: with a promo code, and whatever else changes it. It is shown before the customer
 * pays, and what is sent with the form as `seen` is what was shown.
 */

import { button, clearFieldError, form, post, showFieldError } from './payment-form.js';

/**
 * @typedef {{summary?: string, seen?: string, lines?: string, button?: string, free?: boolean, changed?: string, error?: string,
 *   errors?: Record<string, string[]>}} QuoteAnswer
 */

const summary = /** @type {HTMLElement} */ (form.querySelector('#price-summary'));
const plain = /** @type {HTMLElement} */ (form.querySelector('#plain-terms'));
const codeInput = /** @type {HTMLInputElement} */ (form.querySelector('#code'));
const applyButton = /** @type {HTMLButtonElement} */ (form.querySelector('#apply-code'));
const described = button.getAttribute('aria-describedby') ?? '';

/** @type {{visit: string, unreachable: string, onChange: () => void}} */
let page;
let applied = '';
let asked = 0;
/** @type {Promise<QuoteAnswer | undefined> | undefined} */
let answered;

/** Watch the controls that change the price. @param {typeof page} options `onChange` runs after each new price */
export function watchQuote(options) {
  page = options;
  applyButton.addEventListener('click', () => void applyCode());
  codeInput.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    void applyCode();
  });
  // The browser may have restored other values than the page was rendered with.
  if (isRestored()) void ask();
  form.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    if (decidesPrice(target)) void ask();
  });
}

/** Whether the price that the server computes depends on this field. @param {HTMLInputElement | HTMLSelectElement} field */
function decidesPrice(field) {
  return field.hasAttribute('data-quote') || (form.dataset.seen && ['quantity', 'option', 'price'].includes(field.name));
}

/** Whether a field that decides about the price has another value than at first. */
function isRestored() {
  const fields = /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ([...form.querySelectorAll('input, select')]);
  return fields.filter(decidesPrice).some((field) => {
    if (field instanceof HTMLSelectElement) return field.value !== '';
    return field.checked !== field.defaultChecked || (!field.checked && field.value !== field.defaultValue);
  });
}

/** Whether a code was typed, or taken away, that the shown price does not have. */
function isCodePending() {
  return codeInput.value.trim() !== applied;
}

/** Whether the shown price is not that of what is chosen now. */
export function isPending() {
  return isCodePending() || answered !== undefined;
}

/** Wait until it is. @returns {Promise<QuoteAnswer | undefined>} undefined after an error at a field */
export async function settle() {
  return isCodePending() ? applyCode() : answered;
}

/** Ask for the price with the typed code. @returns {Promise<QuoteAnswer | undefined>} undefined after an error at the field */
export async function applyCode() {
  applyButton.disabled = true;
  const answer = await ask();
  applyButton.disabled = false;
  return answer;
}

/** Ask for the price of what is chosen, and show it. @returns {Promise<QuoteAnswer | undefined>} */
export async function ask() {
  const number = ++asked;
  answered = quote(number);
  const answer = await answered;
  if (number === asked) answered = undefined;
  return answer;
}

/** @param {number} number of this question @returns {Promise<QuoteAnswer | undefined>} */
async function quote(number) {
  const typed = codeInput.value.trim();
  const body = new FormData(form);
  body.set('visit', page.visit);
  /** @type {QuoteAnswer | undefined} */
  const answer = await post(form.dataset.quote ?? '', body);
  // A later press has asked again meanwhile.
  if (number !== asked) return undefined;
  clearFieldError('code');
  if (!answer || answer.error || answer.errors) {
    showErrors(answer);
    if (answer?.errors?.code && applied) await showWithoutCode(body, number);
    return undefined;
  }
  applied = typed;
  show(answer);
  return answer;
}

/**
 * After a refused code the price of an earlier one must not stay.
 * @param {FormData} body of the question with the refused code @param {number} number of that question
 */
async function showWithoutCode(body, number) {
  body.delete('code');
  /** @type {QuoteAnswer | undefined} */
  const answer = await post(form.dataset.quote ?? '', body);
  if (number !== asked || !answer || answer.error || answer.errors) return;
  applied = '';
  show(answer);
}

/** @param {QuoteAnswer | undefined} answer */
function showErrors(answer) {
  for (const [name, sentences] of Object.entries(answer?.errors ?? { code: [answer?.error ?? page.unreachable] })) {
    const found = form.querySelector(`[name="${name}"]`)?.id || name;
    const id = document.getElementById(`${found}-error`) ? found : 'code';
    showFieldError(id, sentences.join(' '));
    if (id === 'code') codeInput.closest('details')?.setAttribute('open', '');
  }
}

/** @param {QuoteAnswer} answer */
function show(answer) {
  summary.innerHTML = answer.summary ?? '';
  plain.hidden = Boolean(answer.summary);
  if (answer.summary) Object.assign(form.dataset, { seen: answer.seen, lines: answer.lines });
  else for (const name of ['seen', 'lines']) delete form.dataset[name];
  form.toggleAttribute('data-free', Boolean(answer.free));
  button.setAttribute('aria-describedby', document.querySelector('#quote-consent') ? 'quote-consent' : described);
  page.onChange();
  if (answer.summary) button.textContent = answer.button ?? '';
}
