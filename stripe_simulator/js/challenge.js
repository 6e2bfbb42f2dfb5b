/** The simulated bank's page: shows what is confirmed and lets the buyer complete or fail the check. */

import { answerChallenge } from './challenge-answer.js';
import { request } from './api.js';
import { formatAmount } from './amount.js';
import { messagesFor } from './messages.js';

const address = `${window.location.pathname}${window.location.search}`;
const query = new URLSearchParams(window.location.search);
const language = (query.get('locale') ?? navigator.language).slice(0, 2);
const messages = messagesFor(language).challenge;
const intentId = window.location.pathname.split('/').at(-1) ?? '';
const setup = intentId.startsWith('seti_');

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

document.documentElement.lang = language;
byId('bank').textContent = messages.bank;
byId('title').textContent = setup ? messages.setupTitle : messages.title;
byId('explanation').textContent = messages.explanation;
const buttons = [
  makeButton('test-source-authorize-3ds', 'authorize'),
  makeButton('test-source-fail-3ds', 'fail'),
];
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') window.parent.postMessage('leave', window.location.origin);
});
const key = query.get('key');
if (!setup && key) void showAmount(key);
// The buttons are disabled until this script runs, so that no click is lost.
setBusy(false);

/** Buttons of newer pages have no ids. @param {string} id @param {'authorize' | 'fail'} outcome */
function makeButton(id, outcome) {
  const button = /** @type {HTMLButtonElement} */ (byId(id));
  button.textContent = messages[outcome];
  button.addEventListener('click', () => answer(outcome));
  if (query.has('newer')) button.removeAttribute('id');
  return button;
}

/** @param {'authorize' | 'fail'} outcome */
async function answer(outcome) {
  setBusy(true);
  byId('error').textContent = '';
  const arrived = await answerChallenge(address, outcome);
  if (arrived && window.parent !== window) window.parent.postMessage('answered', window.location.origin);
  else if (arrived?.return_url) window.location.assign(arrived.return_url);
  if (arrived) return;
  setBusy(false);
  byId('error').textContent = messages.offline;
}

/** @param {boolean} busy */
function setBusy(busy) {
  for (const button of buttons) button.disabled = busy;
}

/** @param {string} key the publishable key, which a check outside of a frame does not have */
async function showAmount(key) {
  const params = { client_secret: query.get('client_secret') };
  const { object } = await request({ key }, 'GET', `/v1/payment_intents/${intentId}`, params);
  if (!object) return;
  byId('amount').textContent = formatAmount(object.amount, object.currency, language);
  byId('amount').hidden = false;
}
