/**
 * What checkout.js and card-change.js share: the form's busy state, its messages, requests to the shop, and the text
 * for an error from Stripe. A page has exactly one such form, marked with the class `payment`.
 */

/**
 * @typedef {import('@stripe/stripe-js').StripeError} StripeError
 * @typedef {{sending: string, bank_check: string, slow: string, card_incomplete: string, expiry_placeholder: string,
 *   invalid_fields: string, shop_unreachable: string, stripe_unreachable: string, not_possible: string,
 *   card_field_blocked: string, declined: string, codes: Record<string, string>}} Messages texts in the page's language;
 *   `codes` has one for each of Stripe's error codes and decline codes that the shop explains
 */

const SLOW_AFTER_MS = 3000;
const CONTROLS = 'input, select, textarea';
export const TIMEOUT_MS = 40000;

export const form = /** @type {HTMLFormElement} */ (document.querySelector('form.payment'));
export const button = /** @type {HTMLButtonElement} */ (form.querySelector('.pay'));
const errorBox = /** @type {HTMLElement} */ (form.querySelector('[role=alert]'));
const progressLine = /** @type {HTMLElement} */ (form.querySelector('[role=status]'));
/** @type {Messages} */
export const messages = JSON.parse(document.querySelector('#messages')?.textContent ?? '');

/**
 * Run `action` when the form is submitted, one submission at a time, and enable the button.
 * @param {() => Promise<boolean>} action resolves to true if the browser leaves the page, to false after an error
 */
export function onSubmit(action) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run(action);
  });
  // A page restored from the back/forward cache is still marked as busy.
  window.addEventListener('pageshow', ({ persisted }) => persisted && setIdle());
  button.disabled = false;
}

/** Run `action` as if the form were submitted; does nothing while another one runs. @param {() => Promise<boolean>} action */
export async function run(action) {
  if (isBusy()) return;
  setBusy();
  try {
    if (await action()) return;
  } catch (failure) {
    // Stripe.js throws only if it is misused or broken. The customer can only try again.
    console.error(failure);
    showError(messages.stripe_unreachable);
  }
  setIdle();
}

export function isBusy() {
  return form.getAttribute('aria-busy') === 'true';
}

/** Disable the button and clear the errors of the last attempt. */
function setBusy() {
  form.setAttribute('aria-busy', 'true');
  button.disabled = true;
  clearErrors();
}

/** Clear the errors of the last attempt. */
export function clearErrors() {
  clearAlert();
  for (const message of form.querySelectorAll('.field-error:not(:empty)')) clearFieldError(message.id.slice(0, -6));
}

function setIdle() {
  showProgress('');
  form.removeAttribute('aria-busy');
  button.disabled = false;
}

/** @type {number | undefined} */
let slowTimer;

/** Show what is happening now, and after three seconds that it takes longer. @param {string} text "" clears the line */
export function showProgress(text) {
  progressLine.textContent = text;
  window.clearTimeout(slowTimer);
  if (text) showSlowMessageLater();
}

/** Show that it takes longer, unless `showProgress` is called within three seconds. */
export function showSlowMessageLater() {
  slowTimer = window.setTimeout(() => (progressLine.textContent = messages.slow), SLOW_AFTER_MS);
}

/** @param {string} text @returns {false} so that a submit action can return it */
export function showError(text) {
  errorBox.textContent = text;
  errorBox.focus();
  return false;
}

export function clearAlert() {
  errorBox.textContent = '';
}

/**
 * Show an error next to its field: an input, or the container of one of Stripe's fields.
 * @param {string} id of the field @param {string} text @returns {false} also if the page has no such field
 */
export function showFieldError(id, text) {
  const message = document.getElementById(`${id}-error`);
  if (!message) return false;
  message.textContent = text;
  const field = fieldOf(id);
  if (field?.matches(CONTROLS)) field.setAttribute('aria-invalid', 'true');
  else field?.classList.add('invalid');
  return false;
}

/** What is wrong with a number above its `max`. @param {HTMLInputElement} input */
export function tooMany(input) {
  return (input.dataset.tooMany ?? '').replace('{}', input.max);
}

/** The last one that is cleared takes the alert with it, which said that there are some. @param {string} id */
export function clearFieldError(id) {
  const message = document.getElementById(`${id}-error`);
  if (!message?.textContent) return;
  message.textContent = '';
  fieldOf(id)?.removeAttribute('aria-invalid');
  fieldOf(id)?.classList.remove('invalid');
  if (!form.querySelector('.field-error:not(:empty)')) clearAlert();
}

/**
 * Say that fields have errors, and go to the first of them.
 * @param {(id: string) => void} focusCard focuses the field of Stripe in this container @returns {false}
 */
export function showInvalidFields(focusCard) {
  const id = form.querySelector('.field-error:not(:empty)')?.id.slice(0, -6) ?? '';
  showError(messages.invalid_fields);
  const field = fieldOf(id);
  if (field?.matches(CONTROLS)) field.focus();
  else if (field) focusCard(id);
  return false;
}

/**
 * The control that the error describes, or the container of a field of Stripe.
 * @param {string} id @returns {HTMLElement | null}
 */
function fieldOf(id) {
  return form.querySelector(`:is(${CONTROLS})[aria-describedby~="${id}-error"]`) ?? document.getElementById(id);
}

form.addEventListener('input', ({ target }) => {
  const [described = ''] = /\S+(?=-error)/.exec((target instanceof Element && target.getAttribute('aria-describedby')) || '') ?? [];
  if (described) clearFieldError(described);
});

/**
 * @param {string} url @param {RequestInit} options
 * @returns {Promise<Response | undefined>} undefined if the shop can't be reached
 */
export function request(url, options) {
  return fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
}

/**
 * @param {string} url @param {FormData} [body]
 * @returns {Promise<any>} the JSON answer; {} if the answer is no JSON; undefined if the shop can't be reached
 */
export async function post(url, body) {
  const response = await request(url, { method: 'POST', body });
  // Without JSON the answer comes from a proxy or from a crash: all we know is that the customer can try again.
  return response?.json().catch(() => ({}));
}

/**
 * The shop's own text for an error from Stripe.js.
 * @param {StripeError} error
 * @param {string} consequence what the error means for the customer, e.g. “Nothing was charged.”
 */
export function errorMessage({ type, code = '', decline_code = '', message }, consequence) {
  const known = messages.codes[decline_code] ?? messages.codes[code];
  if (type === 'validation_error') return known ?? message ?? messages.card_incomplete;
  if (known || type === 'card_error') return `${known ?? messages.declined} ${consequence}`;
  return /^(api|rate_limit)/.test(type) ? messages.stripe_unreachable : messages.not_possible;
}

/** @param {number} milliseconds @returns {Promise<undefined>} */
export function wait(milliseconds) {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds, undefined));
}
