/** Card brands: number prefixes, digit groups and CVC length. */

/**
 * @typedef {import('@stripe/stripe-js').StripeCardElementChangeEvent['brand']} BrandName
 * @typedef {{name: BrandName, prefix: RegExp, groups: number[], cvc: number}} Brand
 */

const FOURS = [4, 4, 4, 4];

/** @type {Brand[]} */
const BRANDS = [
  { name: 'visa', prefix: /^4/, groups: FOURS, cvc: 3 },
  { name: 'mastercard', prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, groups: FOURS, cvc: 3 },
  { name: 'amex', prefix: /^3[47]/, groups: [4, 6, 5], cvc: 4 },
  { name: 'discover', prefix: /^(6011|64[4-9]|65)/, groups: FOURS, cvc: 3 },
  { name: 'diners', prefix: /^3(0|6|8|9)/, groups: [4, 6, 4], cvc: 3 },
  { name: 'jcb', prefix: /^35/, groups: FOURS, cvc: 3 },
  { name: 'unionpay', prefix: /^62/, groups: FOURS, cvc: 3 },
];

/** @type {Brand} */
const UNKNOWN = { name: 'unknown', prefix: /^/, groups: FOURS, cvc: 4 };

/** @param {string} digits @returns {Brand} */
export function brandOf(digits) {
  return BRANDS.find((brand) => brand.prefix.test(digits)) ?? UNKNOWN;
}

/** @param {Brand} brand */
export function lengthOf(brand) {
  return brand.groups.reduce((sum, group) => sum + group, 0);
}

/** The check digit of ISO/IEC 7812 (Luhn). @param {string} digits */
export function hasValidCheckDigit(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
