/** Formats amounts. Stripe's minor unit can differ from the currency's own. */

const NO_DECIMALS = [
  'bif',
  'clp',
  'djf',
  'gnf',
  'jpy',
  'kmf',
  'krw',
  'mga',
  'pyg',
  'rwf',
  'vnd',
  'vuv',
  'xaf',
  'xof',
  'xpf',
];
const THREE_DECIMALS = ['bhd', 'jod', 'kwd', 'omr', 'tnd'];

/**
 * @param {number} amount in Stripe's smallest unit @param {string} currency lower-case code
 * @param {string} language
 */
export function formatAmount(amount, currency, language) {
  const decimals = NO_DECIMALS.includes(currency) ? 0 : THREE_DECIMALS.includes(currency) ? 3 : 2;
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format.format(amount / 10 ** decimals);
}
