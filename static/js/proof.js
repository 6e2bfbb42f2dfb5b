/**
 * A proof of work, asked for only when too many cards were declined: ALTCHA's own worker solves it while the page
 * stays as it is. Loaded by checkout.js when an answer carries a challenge.
 */

/**
 * @param {object} challenge as the shop sent it
 * @returns {Promise<string | undefined>} what to send as `proof`; undefined when this browser can't solve it
 */
export function proofOf(challenge) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('../vendor/altcha/pbkdf2.js', import.meta.url));
    const done = (/** @type {string | undefined} */ proof) => {
      worker.terminate();
      resolve(proof);
    };
    worker.onerror = () => done(undefined);
    worker.onmessage = ({ data: solution }) =>
      done(solution?.derivedKey ? window.btoa(JSON.stringify({ challenge, solution })) : undefined);
    worker.postMessage({ type: 'work', challenge, counterStart: 0, counterStep: 1 });
  });
}
