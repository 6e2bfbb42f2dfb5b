/**
 * Layout of narrow card elements: the number takes the whole line while it is typed and then collapses to
 * its last group, as in Stripe's card element.
 */

/** @typedef {import('./input.js').FieldInput} FieldInput */

const ruler = document.createElement('span');
ruler.className = 'text-ruler';
ruler.setAttribute('aria-hidden', 'true');

/** @param {HTMLElement} fields @param {FieldInput[]} inputs */
export function arrange(fields, inputs) {
  const number = inputs.find((input) => input.kind.name === 'cardNumber');
  if (!number || inputs.length < 2) return;
  if (!ruler.isConnected) fields.append(ruler);
  fields.classList.remove('is-narrow', 'is-collapsed');
  resetNumber(number);
  const narrow = number.box.offsetWidth < widthOf('0000 0000 0000 0000');
  if (!narrow) return;
  const active = document.activeElement;
  const elsewhere = active instanceof HTMLInputElement && active !== number.input;
  const typing = active === number.input || !number.validation().complete;
  fields.classList.add('is-narrow');
  if (elsewhere || !typing) collapseNumber(fields, number);
}

/** @param {HTMLElement} fields @param {FieldInput} number */
function collapseNumber(fields, number) {
  const shown = number.input.value;
  const last = shown.slice(shown.lastIndexOf(' ') + 1);
  fields.classList.add('is-collapsed');
  if (!shown) return;
  number.box.style.setProperty('flex', `0 0 ${Math.ceil(widthOf(last))}px`);
  number.input.style.setProperty('width', `${Math.ceil(widthOf(shown)) + 4}px`);
  number.input.style.setProperty('transform', `translateX(-${widthOf(shown) - widthOf(last)}px)`);
}

/** @param {FieldInput} number */
function resetNumber({ box, input }) {
  box.style.removeProperty('flex');
  input.style.removeProperty('width');
  input.style.removeProperty('transform');
}

/** @param {string} text */
function widthOf(text) {
  ruler.textContent = text;
  return ruler.getBoundingClientRect().width;
}
