/** The rehearsal's bank: says what is being confirmed and lets the buyer pass or fail. */

import { answerChallenge } from './answer.js';
import { request } from './api.js';
import { shownAmount } from './amount.js';
import { wordsOf } from './words.js';

const address = `${window.location.pathname}${window.location.search}`;
const query = new URLSearchParams(window.location.search);
const language = (query.get('locale') ?? navigator.language).slice(0, 2);
const words = wordsOf(language).challenge;
const intentId = window.location.pathname.split('/').at(-1) ?? '';
const setup = intentId.startsWith('seti_');

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

document.documentElement.lang = language;
byId('bank').textContent = words.bank;
byId('title').textContent = setup ? words.setupTitle : words.title;
byId('explained').textContent = words.explained;
const buttons = /** @type {const} */ ([
  ['test-source-authorize-3ds', 'authorize'],
  ['test-source-fail-3ds', 'fail'],
]);
for (const [id, outcome] of buttons) {
  byId(id).textContent = words[outcome];
  byId(id).addEventListener('click', () => answer(outcome));
}
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') window.parent.postMessage('leave', window.location.origin);
});
const key = query.get('key');
if (!setup && key) void showAmount(key);
// A press before this script is there would be lost, so the buttons wait for it.
setBusy(false);

/** @param {'authorize' | 'fail'} outcome */
async function answer(outcome) {
  setBusy(true);
  byId('trouble').textContent = '';
  const arrived = await answerChallenge(address, outcome);
  if (arrived && window.parent !== window) window.parent.postMessage('answered', window.location.origin);
  else if (arrived?.return_url) window.location.assign(arrived.return_url);
  if (arrived) return;
  setBusy(false);
  byId('trouble').textContent = words.offline;
}

/** @param {boolean} busy */
function setBusy(busy) {
  for (const [id] of buttons) /** @type {HTMLButtonElement} */ (byId(id)).disabled = busy;
}

/** @param {string} key the publishable key, which a check on a page of its own doesn't have */
async function showAmount(key) {
  const params = { client_secret: query.get('client_secret') };
  const { object } = await request({ key }, 'GET', `/v1/payment_intents/${intentId}`, params);
  if (!object) return;
  byId('amount').textContent = shownAmount(object.amount, object.currency, language);
  byId('amount').hidden = false;
}
