/**
 * The payment form of an offer or of an order: our server makes the payment, Stripe's fields hold the card,
 * and here the two meet. What can go wrong is said at the form's alert, and the form stays as it was typed.
 */

/**
 * @typedef {import('./card-field.js').Card} Card
 * @typedef {import('./card-field.js').Fields} Fields
 * @typedef {import('@stripe/stripe-js').StripeError} StripeError
 * @typedef {{sending: string, bank: string, longer: string, paid: string, checking: string, paid_away: string,
 *   checking_away: string, fields: string, card: string, away: string, stripe: string, later: string, blocked: string,
 *   unpaid: string, declined: string, codes: Record<string, string>}} Words
 * @typedef {{client_secret?: string, intent?: string, next?: string, order?: string, error?: string,
 *   challenge?: object, errors?: Record<string, string[]>, price?: string, terms?: Record<string, string>}} Answer
 */

import { cardField } from './card-field.js';

const LONGER_MS = 3000;
const GIVE_UP_MS = 40000;
const AGAIN_MS = 2000;

const form = /** @type {HTMLFormElement} */ (document.querySelector('#payment'));
const button = /** @type {HTMLButtonElement} */ (form.querySelector('.pay'));
const alert = /** @type {HTMLElement} */ (form.querySelector('[role=alert]'));
const progress = /** @type {HTMLElement} */ (form.querySelector('[role=status]'));
/** @type {Words} */
const words = JSON.parse(document.querySelector('#words')?.textContent ?? '');
const visit = form.dataset.visit && visitKey(form.dataset.visit);

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (isWorking()) return;
  begin();
  try {
    if (await pay()) return;
  } catch (failure) {
    // Stripe.js throws when it is misused or broken; the buyer can only try again.
    console.error(failure);
    tell(words.stripe);
  }
  end();
});

/** @returns {Promise<boolean>} false when an error was told and the form stays, true when the page is left */
async function pay() {
  say(words.sending);
  const fields = await Promise.race([cardFields, pause(GIVE_UP_MS)]);
  if (!fields) return tell(words.blocked);
  // Only what nobody has typed is refused here: all else Stripe's frame knows better, and sooner, than its events tell.
  if (fields.empty && !usesSaved() && form.checkValidity()) return tell(words.card);
  const answer = await answerOf();
  if (!answer) return tell(words.away);
  if (answer.terms) takeTerms(answer.price ?? '', answer.terms);
  if (answer.errors) return tellFields(answer.errors);
  if (answer.next) return leave(answer.next, words.checking, words.checking_away);
  if (!answer.client_secret || !answer.order) return tell(answer.error ?? words.later);
  return confirm(fields, answer.client_secret, answer.intent, `/orders/${answer.order}`);
}

/** As `startPayment`; where too many cards were declined, the work that the shop asks for is done on the way. */
async function answerOf() {
  const answer = await startPayment();
  if (!answer?.challenge) return answer;
  const { proofOf } = await import('./proof.js');
  const proof = await proofOf(answer.challenge);
  return proof ? startPayment(proof) : answer;
}

/** @param {string} [proof] @returns {Promise<Answer | undefined>} undefined when the shop can't be reached */
async function startPayment(proof) {
  const body = new FormData(form);
  if (proof) body.set('proof', proof);
  if (visit) {
    body.set('visit', visit);
    body.set('seen', `${form.dataset.currency} ${Number(form.dataset.unit) * quantity()}`);
    body.set('terms', form.dataset.terms ?? '');
  }
  const response = await ask(form.action, { method: 'POST', body });
  // What isn't JSON comes from a proxy, or from an accident of ours: nothing is known but that it can be retried.
  return response?.json().catch(() => ({}));
}

/** @param {string} address @param {RequestInit} options @returns {Promise<Response | undefined>} */
function ask(address, options) {
  return fetch(address, { ...options, signal: AbortSignal.timeout(GIVE_UP_MS) }).catch(() => undefined);
}

/** @param {Fields} fields @param {string} secret @param {string | undefined} intent @param {string} order its address */
async function confirm({ stripe, card }, secret, intent, order) {
  say(words.bank);
  const how = { payment_method: usesSaved() || { card, billing_details: buyer() } };
  const setsUp = intent === 'setup';
  const result = await (setsUp ? stripe.confirmCardSetup(secret, how) : stripe.confirmCardPayment(secret, how));
  // An intent that takes no card any more has its outcome already: the order's page asks for it.
  if (result.error && !/intent_unexpected_state$/.test(result.error.code ?? '')) return tell(wordsOf(result.error));
  const made = 'setupIntent' in result ? result.setupIntent : 'paymentIntent' in result && result.paymentIntent;
  if (made && made.status === 'succeeded') return leave(`${order}/thank-you`, words.paid, words.paid_away);
  return leave(order, words.checking, words.checking_away);
}

/** What the bank is told of whoever pays; where nobody is asked, Stripe knows it. */
function buyer() {
  const typed = new FormData(form);
  return typed.has('email') ? { email: String(typed.get('email')), name: String(typed.get('name')) } : {};
}

/**
 * Go on to a page of the order, as soon as the shop answers: nobody who has paid ends on the browser's own error page.
 * @param {string} address @param {string} now what to say @param {string} away what to say while nothing answers
 */
async function leave(address, now, away) {
  say(now);
  for (;;) {
    const response = await ask(address, { method: 'HEAD' });
    if (response && response.status < 500) break;
    say(away);
    await pause(AGAIN_MS);
  }
  window.location.assign(address);
  return true;
}

/** Our own words, in the page's language. @param {StripeError} error */
function wordsOf({ type, code = '', decline_code = '', message }) {
  const known = words.codes[decline_code] ?? words.codes[code];
  if (type === 'validation_error') return known ?? message ?? words.card;
  if (known || type === 'card_error') return `${known ?? words.declined} ${words.unpaid}`;
  return /^(api|rate_limit)/.test(type) ? words.stripe : words.later;
}

/** @param {number} milliseconds @returns {Promise<undefined>} */
function pause(milliseconds) {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds, undefined));
}

/* ------------------------------------------------------------ what the buyer sees */

/** @type {number | undefined} */
let longer;

function isWorking() {
  return form.getAttribute('aria-busy') === 'true';
}

function begin() {
  form.setAttribute('aria-busy', 'true');
  button.disabled = true;
  alert.textContent = '';
  for (const place of form.querySelectorAll('.field-error')) place.textContent = '';
  for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
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

/** Each error beside its field, the others at the alert. @param {Record<string, string[]>} errors */
function tellFields(errors) {
  const others = [];
  /** @type {HTMLInputElement | undefined} */
  let first;
  for (const [name, sentences] of Object.entries(errors)) {
    const field = form.querySelector(`input[aria-describedby="${name}-error"]`);
    const place = document.getElementById(`${name}-error`);
    if (!place || !(field instanceof HTMLInputElement)) {
      others.push(...sentences);
      continue;
    }
    place.textContent = sentences.join(' ');
    field.setAttribute('aria-invalid', 'true');
    first ??= field;
  }
  tell(others.join(' ') || words.fields);
  if (!others.length) first?.focus();
  return false;
}

/* ------------------------------------------------------------ Stripe's fields */

/** @type {Promise<Fields | undefined>} */
const cardFields = cardField(form);
const late = window.setTimeout(() => isWorking() || (progress.textContent = words.longer), LONGER_MS);
cardFields.then((fields) => {
  window.clearTimeout(late);
  if (!isWorking()) progress.textContent = '';
  if (!fields) return void tell(words.blocked);
  showCard(fields.card);
  form.addEventListener('change', () => showCard(fields.card));
});

/** Stripe's frame is put there once it can be seen: a card is typed, not a saved one used. @param {Card} card */
function showCard(card) {
  const place = /** @type {HTMLElement} */ (form.querySelector('#card-field'));
  place.hidden = Boolean(usesSaved());
  if (!place.hidden && place.querySelector('#card-element:empty')) card.mount('#card-element');
}

/** The saved card's id, where it is chosen. */
function usesSaved() {
  return new FormData(form).get('with') === 'saved' && form.dataset.saved;
}

/* ------------------------------------------------------------ the visit */

/**
 * One random key (160 bits) an offer, for as long as this page lives: a second press, a reload or another tab meet the
 * same order. Whoever comes back from a purchase by the browser's Back meets it too and pays nothing twice; whoever
 * opens the offer anew after it (visit-over.js) begins another one. @param {string} name
 */
function visitKey(name) {
  try {
    const [navigation] = performance.getEntriesByType('navigation');
    const back = /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type === 'back_forward';
    const kept = localStorage.getItem(name);
    const over = kept === localStorage.getItem(`${name}-over`);
    const key = kept && (back || !over) ? kept : randomKey();
    localStorage.setItem(name, key);
    return key;
  } catch {
    return randomKey();
  }
}

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* ------------------------------------------------------------ the amount */

const pieces = /** @type {HTMLInputElement | null} */ (form.querySelector('#quantity'));
pieces?.addEventListener('input', showTotal);

/** How many pieces the button's amount is for. */
function quantity() {
  return pieces?.value && pieces.validity.valid ? pieces.valueAsNumber : 1;
}

/** Each amount of the page for as many pieces as are asked for. */
function showTotal() {
  if (pieces && !(pieces.value && pieces.validity.valid)) return;
  for (const place of form.querySelectorAll('[data-times]')) place.textContent = amount(place);
  button.textContent = (form.dataset.button ?? '').replace('{}', amount());
}

/** Only the number changes: how the currency is written is the server's. @param {Element} [place] */
function amount(place) {
  const { unit, decimals, shownDecimals, language, price = '' } = form.dataset;
  const digits = Number(shownDecimals);
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const times = Number(place?.getAttribute('data-times') ?? 1);
  return price.replace(/\d(.*\d)?/, format.format((Number(unit) * quantity() * times) / 10 ** Number(decimals)));
}

/** The price has changed: from now on the page shows the new one. @param {string} price @param {Record<string, string>} terms */
function takeTerms(price, terms) {
  Object.assign(form.dataset, terms, { price });
  const place = document.querySelector('#price');
  if (place) place.textContent = price;
  showTotal();
}

// A page that comes back out of the browser's memory is still marked as working.
window.addEventListener('pageshow', ({ persisted }) => persisted && end());
if (pieces) showTotal();
button.disabled = false;

export {};
