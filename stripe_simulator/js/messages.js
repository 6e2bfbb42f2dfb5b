/** Messages in three languages, and the lookup of messages for Stripe's codes. */

import { en } from './messages-en.js';
import { ru } from './messages-ru.js';
import { uk } from './messages-uk.js';

/** @typedef {typeof en} Messages */
/** @typedef {'en' | 'uk' | 'ru'} Language */

/** @type {Record<Language, Messages>} */
const LANGUAGES = { en, uk, ru };

/** @param {string} language @returns {Messages} */
export function messagesFor(language) {
  return LANGUAGES[/** @type {Language} */ (language)] ?? en;
}

/**
 * Replaces the error's message by the buyer's language if its code is known.
 * @template {{type: string, code?: string, decline_code?: string, message?: string}} E
 * @param {E} error @param {string} language
 * @returns {E}
 */
export function localized(error, language) {
  /** @type {Record<string, string>} */
  const errors = messagesFor(language).errors;
  const known = [error.decline_code, error.code, error.type].find((code) => code && errors[code]);
  const message = known ? errors[known] : error.message;
  return { ...error, message };
}
