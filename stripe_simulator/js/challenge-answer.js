/** Answers the bank's check with a POST to the address that the check was loaded from. */

/**
 * @param {string} address with the intent's `client_secret` in its query
 * @param {'authorize' | 'fail' | 'close'} outcome
 * @returns {Promise<{return_url: string | null} | null>} null if the answer was not received; `return_url`
 *   is the page that a check outside of a frame returns to
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
    return null; // a network error
  }
}
