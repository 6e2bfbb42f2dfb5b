/** The window of a simulated wallet: the amount, and a button for each card in it. */

import { formatAmount } from './amount.js';
import { connect, readConfig } from './channel.js';
import { messagesFor } from './messages.js';
import { WALLET_TITLES } from './wallet-titles.js';

/** @type {{wallet: string, amount?: number, currency?: string, lineItems: {name: string, amount: number}[], mode: string, language: string, channel: string, parent: string}} */
const config = readConfig();
const page = connect(config);
/** @type {Record<string, string>} */
const messages = messagesFor(config.language).wallet;

document.documentElement.lang = config.language;
/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
byId('title').textContent = WALLET_TITLES[config.wallet] ?? config.wallet;
if (config.mode !== 'setup' && config.amount !== undefined)
  byId('amount').textContent = formatAmount(config.amount, config.currency ?? '', config.language);
for (const { name, amount } of config.lineItems) {
  const line = document.createElement('li');
  line.textContent = `${name} ${formatAmount(amount, config.currency ?? '', config.language)}`;
  byId('lines').append(line);
}
for (const button of document.querySelectorAll('button')) {
  button.textContent = messages[button.id.slice('wallet-'.length)] ?? '';
  button.addEventListener('click', () => page.send('answered', { card: button.dataset.card }));
  button.disabled = false;
}
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') page.send('answered', { card: '' });
});
window.focus();
byId('wallet-pay').focus();

page.send('loaded');
