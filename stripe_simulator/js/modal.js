/** The frame over the page during the bank's check: a dialog, a way out, the bank's own frame inside. */

import { answerChallenge } from './answer.js';
import { connect, readConfig } from './channel.js';
import { wordsOf } from './words.js';

/** @type {{address: string, language: string, channel: string, parent: string}} */
const config = readConfig();
const page = connect(config);
const words = wordsOf(config.language).challenge;

const dialog = /** @type {HTMLElement} */ (document.getElementById('dialog'));
const close = /** @type {HTMLButtonElement} */ (document.getElementById('close'));
const bank = document.createElement('iframe');
bank.id = 'challengeFrame';
bank.name = 'stripe-challenge-frame';
bank.title = words.bank;
bank.src = config.address;
document.documentElement.lang = config.language;
dialog.setAttribute('aria-label', words.title);
close.setAttribute('aria-label', words.close);
dialog.append(bank);

let over = false;
function finish() {
  if (over) return;
  over = true;
  page.send('answered');
}

/** Leaving is an answer too; where it can't be delivered the buyer is let go all the same. */
async function leave() {
  close.disabled = true;
  await answerChallenge(config.address, 'close');
  finish();
}

close.addEventListener('click', leave);
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') void leave();
});
window.addEventListener('message', (event) => {
  if (event.origin !== window.location.origin || event.source !== bank.contentWindow) return;
  if (event.data === 'answered') finish();
  if (event.data === 'leave') void leave();
});

// Tab goes round inside the dialog: past either end stands a stop that sends it to the other.
document.getElementById('after')?.addEventListener('focus', () => close.focus());
document.getElementById('before')?.addEventListener('focus', () => {
  bank.contentDocument?.getElementById('test-source-fail-3ds')?.focus();
});
close.disabled = false;
window.focus();
close.focus();

page.send('loaded');
