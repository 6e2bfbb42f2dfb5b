/**
 * Replaces the card of a subscription. The server creates a setup intent, Stripe.js confirms it (the bank may show its
 * own dialog), then the server makes the new card the one that is charged.
 */

import { billingAddress, checkCard, createCardFields, mountCardFields } from './card-fields.js';
import {
  TIMEOUT_MS,
  errorMessage,
  form,
  messages,
  onSubmit,
  post,
  run,
  showError,
  showInvalidFields,
  showProgress,
  wait,
} from './payment-form.js';

/**
 * @typedef {import('./card-fields.js').CardFields} CardFields
 * @typedef {{client_secret?: string, next?: string, error?: string}} Answer
 */

const pageAddress = new URL(window.location.pathname, window.location.href).href;
const texts = /** @type {typeof messages & {saving: string, card_unchanged: string}} */ (messages);

/** @returns {Promise<boolean>} true if the browser leaves the page, false after an error */
async function changeCard() {
  showProgress(texts.sending);
  const card = await Promise.race([cardFields, wait(TIMEOUT_MS)]);
  if (!card) return showError(texts.card_field_blocked);
  if (!(await checkCard(card))) {
    return showInvalidFields((id) => card.fields.find((field) => field.id === id)?.element.focus());
  }
  /** @type {Answer | undefined} */
  const answer = await post(form.dataset.setup ?? '');
  if (!answer) return showError(texts.shop_unreachable);
  if (!answer.client_secret) return showError(answer.error ?? texts.not_possible);
  return confirm(card, answer.client_secret);
}

/** @param {CardFields} fields @param {string} secret the setup intent's client secret */
async function confirm({ stripe, card }, secret) {
  showProgress(texts.bank_check);
  const { email = '', name = '' } = form.dataset;
  const { setupIntent, error } = await stripe.confirmCardSetup(secret, {
    payment_method: { card, billing_details: { ...(email ? { email } : {}), name, ...billingAddress() } },
    // Some banks redirect instead of showing their page in a frame. The page then continues with `arrived`.
    return_url: pageAddress,
  });
  if (error) return showError(errorMessage(error, texts.card_unchanged));
  return save(setupIntent.id);
}

/** @param {string} intentId id of the confirmed setup intent */
async function save(intentId) {
  showProgress(texts.saving);
  const body = new FormData();
  body.set('setup_intent', intentId);
  /** @type {Answer | undefined} */
  const answer = await post(form.action, body);
  if (!answer) return showError(texts.shop_unreachable);
  if (!answer.next) return showError(answer.error ?? texts.not_possible);
  window.location.assign(answer.next);
  return true;
}

const cardFields = createCardFields();
cardFields.then((card) => (card ? mountCardFields(card) : showError(texts.card_field_blocked)));
onSubmit(changeCard);

const { arrived } = form.dataset;
if (arrived) {
  window.history.replaceState(null, '', pageAddress);
  void run(() => save(arrived));
}
