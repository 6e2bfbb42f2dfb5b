/** The hidden frame that talks to the API for the page: calls come in, results go out. */

import { connect, readConfig } from './channel.js';
import { METHODS } from './intents.js';

/** @type {import('./api.js').Account & {channel: string, parent: string}} */
const config = readConfig();
const page = connect(config);

/** @type {Map<number, () => void>} */
const challenges = new Map();

page.on('call', async ({ id, method, args, language }) => {
  const call = {
    account: config,
    language,
    args,
    /** @param {string} address @returns {Promise<void>} */
    showChallenge: (address) =>
      new Promise((resolve) => {
        challenges.set(id, resolve);
        page.send('challenge', { id, address, language });
      }),
    /** @param {string} url */
    redirect: (url) => page.send('redirect', { url }),
  };
  const result = await METHODS[method]?.(call);
  page.send('result', { id, result });
});

page.on('challenge-over', ({ id }) => {
  challenges.get(id)?.();
  challenges.delete(id);
});

page.send('loaded');
