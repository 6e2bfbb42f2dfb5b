/** Which of the three languages is spoken, and the look-up of what Stripe's codes mean in it. */

import { en } from './words-en.js';
import { ru } from './words-ru.js';
import { uk } from './words-uk.js';

/** @typedef {typeof en} Words */
/** @typedef {'en' | 'uk' | 'ru'} Language */

/** @type {Record<Language, Words>} */
const LANGUAGES = { en, uk, ru };

/** @param {string} language @returns {Words} */
export function wordsOf(language) {
  return LANGUAGES[/** @type {Language} */ (language)] ?? en;
}

/**
 * The error's message in the buyer's language, where its code is one that buyers meet.
 * @template {{type: string, code?: string, decline_code?: string, message?: string}} E
 * @param {E} error @param {string} language
 * @returns {E}
 */
export function worded(error, language) {
  /** @type {Record<string, string>} */
  const errors = wordsOf(language).errors;
  const known = [error.decline_code, error.code, error.type].find((code) => code && errors[code]);
  const message = known ? errors[known] : error.message;
  return { ...error, message };
}
