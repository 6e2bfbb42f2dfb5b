/** Calls the simulator's API from the controller frame: form-encoded, with the publishable key. */

/** @typedef {{key: string, stripeAccount?: string, apiVersion?: string}} Account */
/** @typedef {{type: string, code?: string, decline_code?: string, message?: string}} KnownError */
/** @typedef {KnownError & {[name: string]: unknown}} ApiError */

/**
 * @param {Account} account @param {'GET' | 'POST'} method @param {string} path
 * @param {Record<string, unknown>} params
 * @returns {Promise<{object: any, error?: undefined} | {error: ApiError, object?: undefined}>}
 */
export async function request(account, method, path, params) {
  const form = new URLSearchParams(encode(params));
  const address = method === 'GET' ? `${path}?${form}` : path;
  try {
    const response = await fetch(address, {
      method,
      headers: headersFor(account),
      body: method === 'GET' ? undefined : form,
      cache: 'no-store',
    });
    return answerOf(response.ok, await response.json());
  } catch (failure) {
    // A response without JSON comes from a proxy; other failures are network errors.
    if (failure instanceof SyntaxError)
      return { error: { type: 'api_error', message: String(failure.message) } };
    return { error: { type: 'api_connection_error' } };
  }
}

/** @param {Account} account */
function headersFor({ key, stripeAccount, apiVersion }) {
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${key}` };
  if (stripeAccount) headers['Stripe-Account'] = stripeAccount;
  if (apiVersion) headers['Stripe-Version'] = apiVersion;
  return headers;
}

/** @param {boolean} ok @param {any} body */
function answerOf(ok, body) {
  if (ok) return { object: body };
  return {
    error: body?.error ?? { type: 'api_error', message: 'The API answered with an error of no known shape.' },
  };
}

/**
 * Nested parameters in Stripe's form notation: `card[exp_month]=4`, `items[0][price]=…`.
 * @param {unknown} value @param {string} [name] @returns {[string, string][]}
 */
export function encode(value, name = '') {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => encode(inner, name ? `${name}[${key}]` : key));
}
