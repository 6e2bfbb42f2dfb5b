/** Card brands: how their numbers begin, how long and how grouped they are, how long the CVC is. */

/**
 * @typedef {import('@stripe/stripe-js').StripeCardElementChangeEvent['brand']} BrandName
 * @typedef {{name: BrandName, begins: RegExp, groups: number[], cvc: number}} Brand
 */

const FOURS = [4, 4, 4, 4];

/** @type {Brand[]} */
const BRANDS = [
  { name: 'visa', begins: /^4/, groups: FOURS, cvc: 3 },
  { name: 'mastercard', begins: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, groups: FOURS, cvc: 3 },
  { name: 'amex', begins: /^3[47]/, groups: [4, 6, 5], cvc: 4 },
  { name: 'discover', begins: /^(6011|64[4-9]|65)/, groups: FOURS, cvc: 3 },
  { name: 'diners', begins: /^3(0|6|8|9)/, groups: [4, 6, 4], cvc: 3 },
  { name: 'jcb', begins: /^35/, groups: FOURS, cvc: 3 },
  { name: 'unionpay', begins: /^62/, groups: FOURS, cvc: 3 },
];

/** @type {Brand} */
const UNKNOWN = { name: 'unknown', begins: /^/, groups: FOURS, cvc: 4 };

/** @param {string} digits @returns {Brand} */
export function brandOf(digits) {
  return BRANDS.find((brand) => brand.begins.test(digits)) ?? UNKNOWN;
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
