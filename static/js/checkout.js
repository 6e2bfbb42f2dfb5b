/**
 * The payment form of an offer or an order. The server creates the payment, Stripe.js confirms it with the typed or the
 * saved card, and the browser goes on to the order's page. After an error the form stays as it was typed.
 */

import { createCardField } from './card-field.js';
import {
  TIMEOUT_MS,
  button,
  errorMessage,
  form,
  isBusy,
  messages,
  onSubmit,
  post,
  request,
  showError,
  showProgress,
  showSlowMessageLater,
  wait,
} from './payment-form.js';

/**
 * @typedef {import('./card-field.js').Card} Card
 * @typedef {import('./card-field.js').CardField} CardField
 * @typedef {{succeeded: string, checking: string, succeeded_unreachable: string,
 *   checking_unreachable: string, invalid_fields: string, not_charged: string}} CheckoutMessages
 * @typedef {{client_secret?: string, intent?: string, next?: string, order?: string, error?: string,
 *   challenge?: object, errors?: Record<string, string[]>, price?: string, terms?: Record<string, string>}} Answer
 */

const RETRY_AFTER_MS = 2000;

const texts = /** @type {typeof messages & CheckoutMessages} */ (messages);
const visit = form.dataset.visit && visitKey(form.dataset.visit);

/** @returns {Promise<boolean>} true if the browser leaves the page, false after an error */
async function pay() {
  showProgress(texts.sending);
  const field = await Promise.race([cardField, wait(TIMEOUT_MS)]);
  if (!field) return showError(texts.card_field_blocked);
  // Check only for an empty field here. Stripe.js validates the rest, and its events can lag behind its own state.
  if (field.empty && !savedCard() && form.checkValidity()) return showError(texts.card_incomplete);
  const answer = await startPaymentWithProof();
  if (!answer) return showError(texts.shop_unreachable);
  if (answer.terms) applyTerms(answer.price ?? '', answer.terms);
  if (answer.errors) return showFieldErrors(answer.errors);
  if (answer.next) return goTo(answer.next, texts.checking, texts.checking_unreachable);
  if (!answer.client_secret || !answer.order) return showError(answer.error ?? texts.not_possible);
  return confirm(field, answer.client_secret, answer.intent, `/orders/${answer.order}`);
}

/** Like `startPayment`; solves the proof of work that the shop asks for after too many declined cards. */
async function startPaymentWithProof() {
  const answer = await startPayment();
  if (!answer?.challenge) return answer;
  const { solveChallenge } = await import('./proof-of-work.js');
  const proof = await solveChallenge(answer.challenge);
  return proof ? startPayment(proof) : answer;
}

/** @param {string} [proof] @returns {Promise<Answer | undefined>} undefined if the shop can't be reached */
async function startPayment(proof) {
  const body = new FormData(form);
  if (proof) body.set('proof', proof);
  if (visit) {
    body.set('visit', visit);
    body.set('seen', `${form.dataset.currency} ${Number(form.dataset.unit) * quantity()}`);
    body.set('terms', form.dataset.terms ?? '');
  }
  return post(form.action, body);
}

/**
 * @param {CardField} field @param {string} secret the intent's client secret
 * @param {string | undefined} intent "payment" or "setup" @param {string} orderUrl
 */
async function confirm({ stripe, card }, secret, intent, orderUrl) {
  showProgress(texts.bank_check);
  const options = {
    payment_method: savedCard() || { card, billing_details: billingDetails() },
    // Some banks redirect instead of showing their page in a frame.
    return_url: new URL(orderUrl, window.location.href).href,
  };
  const result = await (intent === 'setup'
    ? stripe.confirmCardSetup(secret, options)
    : stripe.confirmCardPayment(secret, options));
  // With `*_intent_unexpected_state` the intent has already succeeded or failed: the order's page shows the outcome.
  if (result.error && !/intent_unexpected_state$/.test(result.error.code ?? '')) {
    return showError(errorMessage(result.error, texts.not_charged));
  }
  const confirmed = 'setupIntent' in result ? result.setupIntent : 'paymentIntent' in result && result.paymentIntent;
  if (confirmed && confirmed.status === 'succeeded') {
    return goTo(`${orderUrl}/thank-you`, texts.succeeded, texts.succeeded_unreachable);
  }
  return goTo(orderUrl, texts.checking, texts.checking_unreachable);
}

/** Empty if the form doesn't ask for name and email: Stripe knows the customer then. */
function billingDetails() {
  const typed = new FormData(form);
  return typed.has('email') ? { email: String(typed.get('email')), name: String(typed.get('name')) } : {};
}

/**
 * Go to a page of the order once the shop answers: a customer who has paid must never see the browser's error page.
 * @param {string} url @param {string} progress @param {string} offline the message while the shop doesn't answer
 */
async function goTo(url, progress, offline) {
  showProgress(progress);
  for (;;) {
    const response = await request(url, { method: 'HEAD' });
    if (response && response.status < 500) break;
    showProgress(offline);
    await wait(RETRY_AFTER_MS);
  }
  window.location.assign(url);
  return true;
}

/** Each error next to its field, all others in the alert. @param {Record<string, string[]>} errors */
function showFieldErrors(errors) {
  const others = [];
  /** @type {HTMLInputElement | undefined} */
  let first;
  for (const [name, sentences] of Object.entries(errors)) {
    const field = form.querySelector(`input[aria-describedby="${name}-error"]`);
    const message = document.getElementById(`${name}-error`);
    if (!message || !(field instanceof HTMLInputElement)) {
      others.push(...sentences);
      continue;
    }
    message.textContent = sentences.join(' ');
    field.setAttribute('aria-invalid', 'true');
    first ??= field;
  }
  showError(others.join(' ') || texts.invalid_fields);
  if (!others.length) first?.focus();
  return false;
}

/* ------------------------------------------------------------ card field */

/** @type {Promise<CardField | undefined>} */
const cardField = createCardField(form);
showSlowMessageLater();
cardField.then((field) => {
  if (!isBusy()) showProgress('');
  if (!field) return void showError(texts.card_field_blocked);
  showCardField(field.card);
  form.addEventListener('change', () => showCardField(field.card));
});

/** Mount Stripe's iframe when it is first visible: no card is typed while the saved one is chosen. @param {Card} card */
function showCardField(card) {
  const container = /** @type {HTMLElement} */ (form.querySelector('#card-field'));
  container.hidden = Boolean(savedCard());
  if (!container.hidden && container.querySelector('#card-element:empty')) card.mount('#card-element');
}

/** The saved card's id if it is chosen. */
function savedCard() {
  return new FormData(form).get('with') === 'saved' && form.dataset.saved;
}

/* ------------------------------------------------------------ visit key */

/**
 * A random key (160 bits) for this visit of the offer. A second submit, a reload or another tab sends the same key and
 * so gets the same order. After the purchase (see visit-over.js) the Back button keeps the key, so that nobody pays
 * twice; opening the offer again makes a new one.
 * @param {string} name of the entry in localStorage
 */
function visitKey(name) {
  try {
    const [navigation] = performance.getEntriesByType('navigation');
    const isBack = /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type === 'back_forward';
    const stored = localStorage.getItem(name);
    const isOver = stored === localStorage.getItem(`${name}-over`);
    const key = stored && (isBack || !isOver) ? stored : randomKey();
    localStorage.setItem(name, key);
    return key;
  } catch {
    return randomKey();
  }
}

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* ------------------------------------------------------------ quantity and amounts */

const quantityInput = /** @type {HTMLInputElement | null} */ (form.querySelector('#quantity'));
quantityInput?.addEventListener('input', updateAmounts);

/** The quantity that was typed; 1 while it is invalid. */
function quantity() {
  return quantityInput?.value && quantityInput.validity.valid ? quantityInput.valueAsNumber : 1;
}

/** Show each amount on the page for the typed quantity. */
function updateAmounts() {
  if (quantityInput && !(quantityInput.value && quantityInput.validity.valid)) return;
  for (const element of form.querySelectorAll('[data-times]')) element.textContent = formatAmount(element);
  button.textContent = (form.dataset.button ?? '').replace('{}', formatAmount());
}

/**
 * The price as the server formats it, with the number replaced.
 * @param {Element} [element] its `data-times` is how many times the price is charged
 */
function formatAmount(element) {
  const { unit, decimals, shownDecimals, language, price = '' } = form.dataset;
  const digits = Number(shownDecimals);
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const times = Number(element?.getAttribute('data-times') ?? 1);
  return price.replace(/\d(.*\d)?/, format.format((Number(unit) * quantity() * times) / 10 ** Number(decimals)));
}

/** Show the new price after the offer has changed. @param {string} price @param {Record<string, string>} terms */
function applyTerms(price, terms) {
  Object.assign(form.dataset, terms, { price });
  const element = document.querySelector('#price');
  if (element) element.textContent = price;
  updateAmounts();
}

if (quantityInput) updateAmounts();
onSubmit(pay);
