/**
 * Stripe's fields for number, expiration date and CVC, in the page's style and with the page's labels; and the page's own
 * field for the postal code, where banks compare it. The form configures them with `data-key` and `data-locale`.
 */

import { clearAlert, clearFieldError, form, messages, showFieldError, wait } from './payment-form.js';

/**
 * @typedef {import('@stripe/stripe-js').Stripe} Stripe
 * @typedef {import('@stripe/stripe-js').StripeCardNumberElement} CardNumber
 * @typedef {import('@stripe/stripe-js').StripeCardExpiryElement} CardExpiry
 * @typedef {import('@stripe/stripe-js').StripeCardCvcElement} CardCvc
 * @typedef {CardNumber | CardExpiry | CardCvc} CardElement
 * @typedef {{empty: boolean, complete: boolean, error?: {code: string, message: string}}} Change
 * @typedef {{id: string, element: CardElement, incomplete: string, empty: boolean, complete: boolean, error: string}} Field
 *   `id` of its container; `incomplete`: Stripe's code for missing digits; `error`: what is wrong, for the customer
 * @typedef {{stripe: Stripe, card: CardNumber, fields: Field[]}} CardFields `card` stands for the whole card
 */

// Stripe's frames report what was typed a moment later than it was typed.
const REPORT_MS = 800;

const postalCode = /** @type {HTMLInputElement | null} */ (form.querySelector('#postal-code'));
let reported = () => {};
/** @type {Field[]} those on the page */
let present = [];
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const { element } of present) element.update({ style: cardStyle() });
});

/** @returns {Promise<CardFields | undefined>} undefined if Stripe.js can't be loaded */
export function createCardFields() {
  return stripeLoaded()
    .then(buildCardFields)
    .catch((failure) => void console.error(failure));
}

/** Resolves when Stripe.js has run or has failed to load: the page's `load` event comes after all scripts. */
function stripeLoaded() {
  return new Promise((resolve) => {
    if (window.Stripe || document.readyState === 'complete') resolve(undefined);
    document.querySelector('#stripe-js')?.addEventListener('load', resolve);
    window.addEventListener('load', resolve);
  });
}

/** @returns {CardFields | undefined} */
function buildCardFields() {
  if (!window.Stripe) return undefined;
  const locale = /** @type {'auto' | 'en' | 'ru'} */ (form.dataset.locale);
  const stripe = window.Stripe(form.dataset.key ?? '', { locale });
  const elements = stripe.elements({ locale });
  const style = cardStyle();
  const card = elements.create('cardNumber', { style, showIcon: true, disableLink: true });
  const expiry = elements.create('cardExpiry', { style, placeholder: messages.expiry_placeholder });
  const cvc = elements.create('cardCvc', { style, placeholder: 'CVC' });
  const fields = [
    fieldOf('card-number', card, 'incomplete_number'),
    fieldOf('card-expiry', expiry, 'incomplete_expiry'),
    fieldOf('card-cvc', cvc, 'incomplete_cvc'),
  ];
  present = fields;
  return { stripe, card, fields };
}

/** @param {string} id @param {CardElement} element @param {string} incomplete @returns {Field} */
function fieldOf(id, element, incomplete) {
  const field = { id, element, incomplete, empty: true, complete: false, error: '' };
  /** @param {Change} change */
  const onChange = ({ empty, complete, error }) => {
    field.error = error ? (messages.codes[error.code] ?? error.message) : '';
    Object.assign(field, { empty, complete });
    if (field.error) showFieldError(id, field.error);
    else clearFieldError(id);
    // The bank's answer was about the card as it was before.
    if (!error) clearAlert();
    reported();
  };
  // Each type has its own overloads of `on`, which TypeScript can't unite.
  const { on } = /** @type {{on: (name: string, handler: (change: Change) => void) => void}} */ (element);
  on.call(element, 'change', onChange);
  on.call(element, 'ready', () => nameFrame(id));
  return field;
}

/** Stripe names its frames in its own languages only. @param {string} id */
function nameFrame(id) {
  const frame = document.querySelector(`#${id} iframe`);
  const label = document.querySelector(`label[for="${id}"]`)?.textContent;
  if (frame && label) frame.setAttribute('title', label);
}

/** Show Stripe's fields on the page. @param {CardFields} card */
export function mountCardFields({ fields }) {
  for (const { id, element } of fields) {
    if (document.querySelector(`#${id}:empty`)) element.mount(`#${id}`);
  }
}

/** Take Stripe's fields off the page, with what was typed into them. @param {CardFields} card */
export function removeCardFields({ fields }) {
  present = [];
  for (const { element } of fields) element.destroy();
}

/** Shows at each field of the card what is missing. @param {CardFields} card @returns {Promise<boolean>} complete */
export async function checkCard({ fields }) {
  const isComplete = () => fields.every((field) => field.complete);
  if (!isComplete() && !fields.every((field) => field.empty)) {
    const completed = new Promise((resolve) => (reported = () => isComplete() && resolve(undefined)));
    await Promise.race([completed, wait(REPORT_MS)]);
  }
  for (const { id, error, complete, incomplete } of fields) {
    if (!complete) showFieldError(id, error || (messages.codes[incomplete] ?? messages.card_incomplete));
  }
  return checkPostalCode() && isComplete();
}

function checkPostalCode() {
  if (!postalCode || postalCode.value.replace(/[^\p{L}\d]/gu, '').length >= 3) return true;
  return showFieldError('postal-code', messages.codes.incomplete_zip ?? messages.card_incomplete);
}

/** For `billing_details`; empty where no postal code is asked for. */
export function billingAddress() {
  return postalCode ? { address: { postal_code: postalCode.value.trim() } } : {};
}

/** The field that an error of Stripe is about, by its code. @param {string} code @returns {string} its id, or "" */
export function fieldOfCode(code) {
  const [, part = ''] = /_(number|expiry|cvc|zip)/.exec(code) ?? [];
  return part === 'zip' ? 'postal-code' : part && `card-${part}`;
}

/** The look of the page's own fields. Stripe's frames can't see our style sheet, so they get the values. */
function cardStyle() {
  const container = window.getComputedStyle(/** @type {HTMLElement} */ (document.querySelector('.card-input')));
  const page = window.getComputedStyle(document.documentElement);
  const muted = page.getPropertyValue('--muted').trim();
  const danger = page.getPropertyValue('--danger').trim();
  return {
    base: {
      color: container.color,
      iconColor: muted,
      fontFamily: container.fontFamily,
      fontSize: container.fontSize,
      fontSmoothing: 'antialiased',
      '::placeholder': { color: muted },
    },
    invalid: { color: danger, iconColor: danger },
  };
}
