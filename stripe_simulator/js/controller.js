/** The hidden frame that calls the API for the page and returns the results. */

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

page.on('challenge-finished', ({ id }) => {
  challenges.get(id)?.();
  challenges.delete(id);
});

page.send('loaded');
