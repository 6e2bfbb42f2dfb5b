/** How the bank's check is answered: a POST to the very address it was loaded from. */

/**
 * @param {string} address with the intent's `client_secret` in its query
 * @param {'authorize' | 'fail' | 'close'} outcome
 * @returns {Promise<{return_url: string | null} | null>} null where the answer has not arrived; `return_url`
 *   is where a check that was shown as a page of its own goes back to
 */
export async function answerChallenge(address, outcome) {
  const secret = new URL(address, window.location.href).searchParams.get('client_secret');
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_secret: secret, outcome }),
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // only the network can fail here
  }
}
