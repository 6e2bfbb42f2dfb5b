/**
 * The four fields of a card form: how each is parsed, displayed and validated. `code` is Stripe's error code;
 * `finished` means that the buyer has finished typing.
 */

import { brandOf, hasValidCheckDigit, lengthOf } from './brands.js';

/**
 * @typedef {import('./brands.js').Brand} Brand
 * @typedef {{complete: boolean, code?: string}} Validation
 * @typedef {object} FieldKind
 * @property {'cardNumber' | 'cardExpiry' | 'cardCvc' | 'postalCode'} name
 * @property {string} inputName the name Stripe gives the input
 * @property {string} autocomplete
 * @property {boolean} numeric
 * @property {(raw: string, brand: Brand) => string} read the typed text without formatting
 * @property {(value: string, deleting: boolean) => string} show
 * @property {(value: string, finished: boolean, brand: Brand) => Validation} validate
 */

/** @param {string} raw */
const digitsOf = (raw) => raw.replace(/\D/g, '');

/** @type {FieldKind} */
export const cardNumber = {
  name: 'cardNumber',
  inputName: 'cardnumber',
  autocomplete: 'cc-number',
  numeric: true,
  read: (raw) => digitsOf(raw).slice(0, lengthOf(brandOf(digitsOf(raw)))),
  show(value) {
    let at = 0;
    const groups = brandOf(value).groups.map((size) => value.slice(at, (at += size)));
    return groups.filter(Boolean).join(' ');
  },
  validate(value, finished) {
    const full = value.length === lengthOf(brandOf(value));
    if (full && hasValidCheckDigit(value)) return { complete: true };
    if (full) return { complete: false, code: 'invalid_number' };
    return { complete: false, code: finished ? 'incomplete_number' : undefined };
  },
};

/** @type {FieldKind} */
export const cardExpiry = {
  name: 'cardExpiry',
  inputName: 'exp-date',
  autocomplete: 'cc-exp',
  numeric: true,
  read(raw) {
    const match = /^\s*(\d{1,2})\D+(\d*)/.exec(raw);
    const month = match ? (match[1] ?? '').padStart(2, '0') : undefined;
    let digits = month ? month + digitsOf(match?.[2] ?? '') : digitsOf(raw);
    // "9" means September, and "13" January of a year that starts with 3.
    if (/^([2-9]|1[3-9])/.test(digits)) digits = `0${digits}`;
    // Browsers fill in four-digit years.
    if (digits.length >= 6 && digits.slice(2, 4) === '20') digits = digits.slice(0, 2) + digits.slice(4);
    return digits.slice(0, 4);
  },
  show(value, deleting) {
    if (value.length < 2 || (value.length === 2 && deleting)) return value;
    return `${value.slice(0, 2)} / ${value.slice(2)}`;
  },
  validate(value, finished) {
    if (value.length < 4) return { complete: false, code: finished ? 'incomplete_expiry' : undefined };
    const { month, year } = expiryOf(value);
    const today = new Date();
    if (month < 1 || month > 12) return { complete: false, code: 'invalid_expiry_month' };
    if (year < today.getFullYear()) return { complete: false, code: 'invalid_expiry_year_past' };
    if (year > today.getFullYear() + 50) return { complete: false, code: 'invalid_expiry_year' };
    const past = year === today.getFullYear() && month < today.getMonth() + 1;
    return past ? { complete: false, code: 'invalid_expiry_month_past' } : { complete: true };
  },
};

/** @param {string} value "MMYY" */
export function expiryOf(value) {
  return { month: Number(value.slice(0, 2)), year: 2000 + Number(value.slice(2)) };
}

/** @type {FieldKind} */
export const cardCvc = {
  name: 'cardCvc',
  inputName: 'cvc',
  autocomplete: 'cc-csc',
  numeric: true,
  read: (raw, brand) => digitsOf(raw).slice(0, brand.cvc),
  show: (value) => value,
  validate(value, finished, brand) {
    // While the brand is unknown, three digits may be complete.
    const complete = value.length === brand.cvc || (brand.name === 'unknown' && value.length >= 3);
    return { complete, code: finished && !complete ? 'incomplete_cvc' : undefined };
  },
};

/** @type {FieldKind} */
export const postalCode = {
  name: 'postalCode',
  inputName: 'postal',
  autocomplete: 'billing postal-code',
  numeric: false,
  read: (raw) => raw.replace(/[^\p{L}\d -]/gu, '').slice(0, 10),
  show: (value) => value,
  validate(value, finished) {
    const complete = value.replace(/[ -]/g, '').length >= 5;
    return { complete, code: finished && !complete ? 'incomplete_zip' : undefined };
  },
};

/** @type {Record<string, FieldKind[]>} */
export const FIELDS_OF = {
  card: [cardNumber, cardExpiry, cardCvc, postalCode],
  cardNumber: [cardNumber],
  cardExpiry: [cardExpiry],
  cardCvc: [cardCvc],
};
