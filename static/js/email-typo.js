/** Offers the likely address where the typed one is a letter or two beside a well-known provider's; blocks nothing. */

const DOMAINS =
  'gmail.com ukr.net i.ua meta.ua outlook.com hotmail.com live.com yahoo.com icloud.com proton.me mail.ru yandex.ru ' +
  'bigmir.net rambler.ru inbox.ru list.ru bk.ru ya.ru gmx.net gmx.de mail.com ymail.com email.com me.com aol.com';
const email = /** @type {HTMLInputElement} */ (document.querySelector('#email'));
const place = /** @type {HTMLElement} */ (document.querySelector('#meant'));
email.addEventListener('change', suggest);
email.addEventListener('input', () => place.replaceChildren());

function suggest() {
  place.replaceChildren();
  const [, name, domain] = /^(.+)@(.+)$/.exec(email.value.trim()) ?? [];
  const likely = domain && nearest(domain.toLowerCase());
  if (likely) place.append(correction(`${name}@${likely}`));
}

/** @param {string} address */
function correction(address) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = (place.dataset.words ?? '').replace('{}', address);
  button.addEventListener('click', () => {
    email.value = address;
    place.replaceChildren();
    email.focus();
  });
  return button;
}

/** @param {string} domain @returns {string | undefined} undefined where it is well known, or like none that is */
function nearest(domain) {
  const known = DOMAINS.split(' ');
  if (known.includes(domain)) return undefined;
  // One slip in a short name, two in a long one.
  return [1, 2].flatMap((slips) => known.filter((one) => one.length > slips * 4 && isWithin(slips, domain, one)))[0];
}

/** Whether so many letters changed, added, left out or swapped with their neighbour lead from one to the other.
 * @param {number} slips @param {string} a @param {string} b @returns {boolean} */
function isWithin(slips, a, b) {
  if (a === b) return true;
  if (a && a[0] === b[0]) return isWithin(slips, a.slice(1), b.slice(1));
  if (!slips) return false;
  const ways = [[a.slice(1), b], [a, b.slice(1)], [a.slice(1), b.slice(1)]];
  if (a[0] === b[1] && a[1] === b[0]) ways.push([a.slice(2), b.slice(2)]);
  return ways.some(([x = '', y = '']) => isWithin(slips - 1, x, y));
}

export {};
