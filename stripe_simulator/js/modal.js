/** The modal frame for the bank's check: a dialog with a close button and the bank's page in a frame. */

import { answerChallenge } from './challenge-answer.js';
import { connect, readConfig } from './channel.js';
import { messagesFor } from './messages.js';

/** @type {{address: string, language: string, channel: string, parent: string}} */
const config = readConfig();
const page = connect(config);
const messages = messagesFor(config.language).challenge;

const dialog = /** @type {HTMLElement} */ (document.getElementById('dialog'));
const close = /** @type {HTMLButtonElement} */ (document.getElementById('close'));
const bank = document.createElement('iframe');
// Stripe has used both names; an account can choose the newer one.
if (new URL(config.address, window.location.href).searchParams.has('newer')) bank.name = 'stripe-challenge-frame';
else bank.id = 'challengeFrame';
bank.title = messages.bank;
bank.src = config.address;
document.documentElement.lang = config.language;
dialog.setAttribute('aria-label', messages.title);
close.setAttribute('aria-label', messages.close);
dialog.append(bank);

let finished = false;
function finish() {
  if (finished) return;
  finished = true;
  page.send('answered');
}

/** Closing answers the check with `close`; the dialog closes even if the answer can't be sent. */
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

// Keeps the focus inside the dialog: the elements at both ends move it to the other end.
document.getElementById('focus-end')?.addEventListener('focus', () => close.focus());
document.getElementById('focus-start')?.addEventListener('focus', () => {
  /** @type {HTMLElement | null | undefined} */ (bank.contentDocument?.querySelector('button:last-of-type'))?.focus();
});
close.disabled = false;
window.focus();
close.focus();

page.send('loaded');
