/** The methods of the controller frame; each returns one of Stripe's result objects. */

import { request } from './api.js';
import { askForCard } from './card-data.js';
import { localized } from './messages.js';

/**
 * @typedef {import('./api.js').ApiError} ApiError
 * @typedef {object} Call
 * @property {import('./api.js').Account} account
 * @property {string} language
 * @property {any} args
 * @property {(address: string) => Promise<void>} showChallenge resolves when the bank's check is finished
 * @property {(url: string) => void} redirect
 * @typedef {object} Intent
 * @property {'payment_intent' | 'setup_intent'} name
 * @property {'paymentIntent' | 'setupIntent'} result
 * @property {string} lastError
 * @property {string} id
 * @property {string} path in the API
 *
 * @typedef {{params: Record<string, unknown>, error?: undefined}} Params
 * @typedef {{error: ApiError, params?: undefined}} Refusal
 */

/** @type {Record<string, (call: Call) => Promise<Record<string, unknown>>>} */
export const METHODS = {
  confirmCardPayment: confirm,
  confirmCardSetup: confirm,
  confirmWallet,
  wallets: availableWallets,
  handleNextAction: (call) => handleAction(call, 'handleNextAction'),
  handleCardAction: (call) => handleAction(call, 'handleCardAction'),
  retrieve: async (call) => resultOf(call, await retrieve(call), false),
  createPaymentMethod,
};

/** @param {Call} call */
async function confirm(call) {
  const { secret, rest, handleActions } = call.args;
  const method = await paymentMethodOf(call);
  if (method.error) return { error: method.error };
  const params = { ...rest, ...method.params, client_secret: secret, use_stripe_sdk: true };
  const answer = await request(call.account, 'POST', `${intentOf(secret).path}/confirm`, params);
  if (answer.error || !handleActions) return resultOf(call, answer, true);
  return handleNextAction(call, answer.object);
}

// What a buyer can choose in the simulated wallet's window.
/** @type {Record<string, string>} */
const WALLET_CARDS = { good: '4242424242424242', declined: '4000000000000002', asks: '4000000000003220' };

/** Pays with the card of a wallet. @param {Call} call */
async function confirmWallet(call) {
  const { secret, rest, wallet, expected } = call.args;
  const found = await retrieve(call);
  if (found.error) return resultOf(call, found, false);
  const message = mismatch(found.object, expected);
  if (message) return { error: { type: 'invalid_request_error', message } };
  const card = { number: WALLET_CARDS[wallet.card], exp_month: 12, exp_year: 2034, cvc: '123' };
  const type = wallet.type === 'link' ? 'link' : 'card';
  const method = { type, card, billing_details: wallet.billing_details };
  const params = { ...rest, payment_method_data: method, client_secret: secret, use_stripe_sdk: true };
  const answer = await request(call.account, 'POST', `${intentOf(secret).path}/confirm`, params);
  if (answer.error) return resultOf(call, answer, true);
  return handleNextAction(call, answer.object);
}

/**
 * How an intent differs from what the wallet's window has shown: Stripe refuses to pay it then.
 * @param {any} intent @param {any} expected @returns {string} "" if it does not
 */
function mismatch(intent, expected) {
  const types = intent.payment_method_types;
  if (expected.types && [...expected.types].sort().join() !== [...types].sort().join())
    return `The intent's payment_method_types (${types}) differ from those of Elements (${expected.types}).`;
  if (intent.object === 'setup_intent')
    return expected.mode === 'setup' ? '' : `A SetupIntent can't be confirmed with the mode ${expected.mode}.`;
  if (expected.mode === 'setup') return "A PaymentIntent can't be confirmed with the mode setup.";
  if (intent.amount !== expected.amount || intent.currency !== expected.currency)
    return `The amount in Elements (${expected.amount} ${expected.currency}) is not the intent's (${intent.amount} ${intent.currency}).`;
  const saves = intent.setup_future_usage === 'off_session';
  return saves === (expected.mode === 'subscription') ? '' : "The mode of Elements does not fit the intent's setup_future_usage.";
}

/** The wallets of this browser, by the account's setting. @param {Call} call */
async function availableWallets(call) {
  const answer = await request(call.account, 'GET', '/simulator/wallets', { key: call.account.key });
  return answer.error ? { error: localized(answer.error, call.language) } : { wallets: answer.object.wallets };
}

/**
 * @param {Call} call
 * @returns {Promise<Params | Refusal>}
 */
async function paymentMethodOf(call) {
  if (!call.args.paymentMethod) return { params: {} };
  const filled = await paymentMethodParams(call);
  return filled.error ? filled : { params: { payment_method_data: filled.params } };
}

/**
 * The page's payment method parameters with the card data from the element frames.
 * @param {Call} call
 * @returns {Promise<Params | Refusal>}
 */
async function paymentMethodParams({ args, language }) {
  const { paymentMethod, fields } = args;
  if (!fields) return { params: { ...paymentMethod, type: 'card' } };
  const { data, fault } = await askForCard(fields);
  if (fault) return { error: localized({ type: 'validation_error', code: fault.code }, language) };
  const { postalCode, ...card } = data;
  const billing = withPostalCode(paymentMethod.billing_details, postalCode);
  return { params: { ...paymentMethod, type: 'card', card, billing_details: billing } };
}

/** @param {any} billing @param {string | undefined} postalCode from the card element */
function withPostalCode(billing, postalCode) {
  if (!postalCode || billing?.address?.postal_code) return billing;
  return { ...billing, address: { ...billing?.address, postal_code: postalCode } };
}

/** @param {Call} call @param {string} method */
async function handleAction(call, method) {
  const answer = await retrieve(call);
  if (answer.error) return resultOf(call, answer, false);
  const { name } = intentOf(call.args.secret);
  if (answer.object.status !== 'requires_action') {
    const code = `${name}_unexpected_state`;
    const message = `${method}() has nothing to do for an intent whose status is ${answer.object.status}.`;
    return { error: { type: 'invalid_request_error', code, message, [name]: answer.object } };
  }
  return handleNextAction(call, answer.object);
}

/**
 * Shows the bank's check if the intent requires one, and returns the result after it.
 * @param {Call} call @param {any} object
 */
async function handleNextAction(call, object) {
  const { secret } = call.args;
  const intent = intentOf(secret);
  if (object.status !== 'requires_action') return resultOf(call, { object }, true);
  if (object.next_action?.type === 'redirect_to_url') {
    call.redirect(object.next_action.redirect_to_url.url);
    return new Promise(() => {}); // the page is navigating away
  }
  await call.showChallenge(challengeAddress(call, intent, object.next_action.use_stripe_sdk));
  const answer = await retrieve(call);
  if (answer.object?.status !== 'requires_action') return resultOf(call, answer, true);
  const error = {
    type: 'invalid_request_error',
    code: `${intent.name}_authentication_failure`,
    [intent.name]: answer.object,
  };
  return { error: localized(error, call.language) };
}

/** @param {Call} call @param {Intent} intent @param {{newer_page?: boolean}} action */
function challengeAddress({ args, account, language }, intent, action) {
  const query = new URLSearchParams({ client_secret: args.secret, locale: language, key: account.key });
  if (action.newer_page) query.set('newer', '1');
  return `/simulator/challenge/${intent.id}?${query}`;
}

/** @param {Call} call */
function retrieve({ account, args }) {
  return request(account, 'GET', intentOf(args.secret).path, { client_secret: args.secret });
}

/** @param {string} secret @returns {Intent} */
function intentOf(secret) {
  const id = secret.slice(0, secret.indexOf('_secret_'));
  if (id.startsWith('seti_')) {
    return {
      name: 'setup_intent',
      result: 'setupIntent',
      lastError: 'last_setup_error',
      id,
      path: `/v1/setup_intents/${id}`,
    };
  }
  return {
    name: 'payment_intent',
    result: 'paymentIntent',
    lastError: 'last_payment_error',
    id,
    path: `/v1/payment_intents/${id}`,
  };
}

/**
 * @param {Call} call @param {{object?: any, error?: ApiError}} answer
 * @param {boolean} tried whether this call attempted a payment, so that the intent's last error is its result
 */
function resultOf({ args, language }, { object, error }, tried) {
  const intent = intentOf(args.secret);
  if (error) return { error: localized(error, language) };
  const failed = tried && object.status === 'requires_payment_method' && object[intent.lastError];
  if (failed) return { error: localized({ ...object[intent.lastError], [intent.name]: object }, language) };
  return { [intent.result]: object };
}

/** @param {Call} call */
async function createPaymentMethod(call) {
  const filled = await paymentMethodParams(call);
  if (filled.error) return { error: filled.error };
  const answer = await request(call.account, 'POST', '/v1/payment_methods', filled.params);
  return answer.error ? { error: localized(answer.error, call.language) } : { paymentMethod: answer.object };
}
