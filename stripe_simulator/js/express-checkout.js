/** The frame with the buttons of the wallets that are available. */

import { connect, readConfig } from './channel.js';
import { WALLET_TITLES } from './wallet-titles.js';

/** @type {{wallets: string[], language: string, channel: string, parent: string}} */
const config = readConfig();
const page = connect(config);

document.documentElement.lang = config.language;
for (const wallet of config.wallets) {
  const button = document.createElement('button');
  button.type = 'button';
  button.id = wallet;
  button.textContent = WALLET_TITLES[wallet] ?? wallet;
  button.addEventListener('click', () => page.send('pressed', { wallet }));
  document.body.append(button);
}

page.send('loaded');
