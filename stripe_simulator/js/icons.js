/** The icon next to the card number: unknown, a brand, or invalid. */

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {[tag: string, attributes: Record<string, string | number>, text?: string]} Shape */

const CARD = { x: 0, y: 0, width: 32, height: 21, rx: 2.5 };

/** @param {string} fill @param {string} text @param {string} [ink] @returns {Shape[]} */
function textLogo(fill, text, ink = '#fff') {
  return [
    ['rect', { ...CARD, fill }],
    [
      'text',
      {
        x: 16,
        y: 14,
        fill: ink,
        'text-anchor': 'middle',
        'font-family': 'sans-serif',
        'font-weight': 700,
        'font-size': text.length > 4 ? 6.5 : 9,
      },
      text,
    ],
  ];
}

/** @type {Record<string, Shape[]>} */
const SHAPES = {
  unknown: [
    ['rect', { ...CARD, fill: 'currentColor' }],
    ['rect', { x: 0, y: 4, width: 32, height: 4, fill: '#000', opacity: 0.3 }],
    ['rect', { x: 3, y: 12, width: 11, height: 3, rx: 1, fill: '#fff', opacity: 0.7 }],
  ],
  invalid: [
    ['rect', { ...CARD, fill: 'currentColor' }],
    [
      'path',
      { d: 'M12 6.5 l8 8 m0 -8 l-8 8', stroke: '#fff', 'stroke-width': 2.4, 'stroke-linecap': 'round' },
    ],
  ],
  visa: textLogo('#1a1f71', 'VISA'),
  mastercard: [
    ['rect', { ...CARD, fill: '#252525' }],
    ['circle', { cx: 12.5, cy: 10.5, r: 6, fill: '#eb001b' }],
    ['circle', { cx: 19.5, cy: 10.5, r: 6, fill: '#f79e1b', opacity: 0.9 }],
  ],
  amex: textLogo('#016fd0', 'AMEX'),
  discover: textLogo('#f0f0f0', 'DISC', '#e55c20'),
  diners: textLogo('#0079be', 'DINERS'),
  jcb: textLogo('#0b4ea2', 'JCB'),
  unionpay: textLogo('#00707f', 'UPAY'),
};

/** @param {SVGElement} icon @param {string} name a brand, or "invalid" */
export function drawIcon(icon, name) {
  if (icon.dataset.shown === name) return;
  icon.dataset.shown = name;
  icon.replaceChildren(
    ...(SHAPES[name] ?? []).map(([tag, attributes, text]) => {
      const shape = document.createElementNS(SVG, tag);
      for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
      if (text) shape.textContent = text;
      return shape;
    }),
  );
}

export function makeIcon() {
  const icon = document.createElementNS(SVG, 'svg');
  icon.setAttribute('viewBox', '0 0 32 21');
  icon.setAttribute('class', 'icon');
  icon.setAttribute('aria-hidden', 'true');
  return icon;
}
