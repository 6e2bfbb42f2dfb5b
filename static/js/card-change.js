/**
 * Another card for a subscription: our server begins a setup intent, the bank checks the card in Stripe's own dialog,
 * then our server makes it the one that is charged. What goes wrong is said at the form's alert; the form stays.
 */

import { cardField } from './card-field.js';

/**
 * @typedef {import('./card-field.js').Fields} Fields
 * @typedef {import('@stripe/stripe-js').StripeError} StripeError
 * @typedef {{sending: string, bank: string, longer: string, saving: string, card: string, away: string, stripe: string,
 *   later: string, blocked: string, unchanged: string, declined: string, codes: Record<string, string>}} Words
 * @typedef {{client_secret?: string, next?: string, error?: string}} Answer
 */

const LONGER_MS = 3000;
const GIVE_UP_MS = 40000;

const form = /** @type {HTMLFormElement} */ (document.querySelector('#card'));
const button = /** @type {HTMLButtonElement} */ (form.querySelector('.pay'));
const alert = /** @type {HTMLElement} */ (form.querySelector('[role=alert]'));
const progress = /** @type {HTMLElement} */ (form.querySelector('[role=status]'));
/** @type {Words} */
const words = JSON.parse(document.querySelector('#words')?.textContent ?? '');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (form.getAttribute('aria-busy') === 'true') return;
  begin();
  try {
    if (await changeCard()) return;
  } catch (failure) {
    // Stripe.js throws when it is misused or broken; the buyer can only try again.
    console.error(failure);
    tell(words.stripe);
  }
  end();
});

/** @returns {Promise<boolean>} false when an error was told and the form stays, true when the page is left */
async function changeCard() {
  say(words.sending);
  const fields = await Promise.race([card, pause(GIVE_UP_MS)]);
  if (!fields) return tell(words.blocked);
  if (fields.empty) return tell(words.card);
  const begun = await post(form.dataset.setup ?? '');
  if (!begun) return tell(words.away);
  if (!begun.client_secret) return tell(begun.error ?? words.later);
  return confirm(fields, begun.client_secret);
}

/** @param {Fields} fields @param {string} secret */
async function confirm({ stripe, card }, secret) {
  say(words.bank);
  const { email = '', name = '' } = form.dataset;
  const { setupIntent, error } = await stripe.confirmCardSetup(secret, {
    payment_method: { card, billing_details: { email, name } },
  });
  if (error) return tell(wordsOf(error));
  return save(setupIntent.id);
}

/** @param {string} intent the setup intent with which the bank has agreed */
async function save(intent) {
  say(words.saving);
  const body = new FormData();
  body.set('setup_intent', intent);
  const saved = await post(form.action, body);
  if (!saved) return tell(words.away);
  if (!saved.next) return tell(saved.error ?? words.later);
  window.location.assign(saved.next);
  return true;
}

/** @param {string} address @param {FormData} [body] @returns {Promise<Answer | undefined>} undefined: no connection */
async function post(address, body) {
  const options = { method: 'POST', body, signal: AbortSignal.timeout(GIVE_UP_MS) };
  const response = await fetch(address, options).catch(() => undefined);
  // What isn't JSON comes from a proxy, or from an accident of ours: nothing is known but that it can be retried.
  return response?.json().catch(() => ({}));
}

/** Our own words, in the page's language. @param {StripeError} error */
function wordsOf({ type, code = '', decline_code = '', message }) {
  const known = words.codes[decline_code] ?? words.codes[code];
  if (type === 'validation_error') return known ?? message ?? words.card;
  if (known || type === 'card_error') return `${known ?? words.declined} ${words.unchanged}`;
  return /^(api|rate_limit)/.test(type) ? words.stripe : words.later;
}

/** @param {number} milliseconds @returns {Promise<undefined>} */
function pause(milliseconds) {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds, undefined));
}

/** @type {number | undefined} */
let longer;

function begin() {
  form.setAttribute('aria-busy', 'true');
  button.disabled = true;
  alert.textContent = '';
}

function end() {
  say('');
  form.removeAttribute('aria-busy');
  button.disabled = false;
}

/** @param {string} text what is happening now; "" when nothing is */
function say(text) {
  window.clearTimeout(longer);
  progress.textContent = text;
  if (text) longer = window.setTimeout(() => (progress.textContent = words.longer), LONGER_MS);
}

/** @param {string} text */
function tell(text) {
  alert.textContent = text;
  alert.focus();
  return false;
}

const card = cardField(form);
card.then((fields) => (fields ? fields.card.mount('#card-element') : tell(words.blocked)));
// A page that comes back out of the browser's memory is still marked as working.
window.addEventListener('pageshow', ({ persisted }) => persisted && end());
button.disabled = false;
