/** Suggests a correction if the typed email's domain is one or two typos away from a well-known one. Never blocks. */

const DOMAINS =
  'gmail.com ukr.net i.ua meta.ua outlook.com hotmail.com live.com yahoo.com icloud.com proton.me mail.ru yandex.ru ' +
  'bigmir.net rambler.ru inbox.ru list.ru bk.ru ya.ru gmx.net gmx.de mail.com ymail.com email.com me.com aol.com';
const email = /** @type {HTMLInputElement} */ (document.querySelector('#email'));
const suggestion = /** @type {HTMLElement} */ (document.querySelector('#email-suggestion'));
email.addEventListener('change', suggest);
email.addEventListener('input', () => suggestion.replaceChildren());

function suggest() {
  suggestion.replaceChildren();
  const [, name, domain] = /^(.+)@(.+)$/.exec(email.value.trim()) ?? [];
  const likely = domain && closestDomain(domain.toLowerCase());
  if (likely) suggestion.append(correctionButton(`${name}@${likely}`));
}

/** @param {string} address */
function correctionButton(address) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = (suggestion.dataset.text ?? '').replace('{}', address);
  button.addEventListener('click', () => {
    email.value = address;
    // As if it had been typed: errors go, and the suggestion too.
    email.dispatchEvent(new Event('input', { bubbles: true }));
    email.focus();
  });
  return button;
}

/** @param {string} domain @returns {string | undefined} undefined if it is well known itself, or similar to none */
function closestDomain(domain) {
  const known = DOMAINS.split(' ');
  if (known.includes(domain)) return undefined;
  // One typo in a short name, two in a long one.
  return [1, 2].flatMap((typos) => known.filter((one) => one.length > typos * 4 && isWithin(typos, domain, one)))[0];
}

/**
 * Whether at most `typos` edits turn `a` into `b`: a changed, added or missing letter, or two swapped neighbors.
 * @param {number} typos @param {string} a @param {string} b @returns {boolean}
 */
function isWithin(typos, a, b) {
  if (a === b) return true;
  if (a && a[0] === b[0]) return isWithin(typos, a.slice(1), b.slice(1));
  if (!typos) return false;
  const edits = [[a.slice(1), b], [a, b.slice(1)], [a.slice(1), b.slice(1)]];
  if (a[0] === b[1] && a[1] === b[0]) edits.push([a.slice(2), b.slice(2)]);
  return edits.some(([x = '', y = '']) => isWithin(typos - 1, x, y));
}

export {};
