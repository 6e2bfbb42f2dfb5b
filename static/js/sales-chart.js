// Draws the table of sales as bars. The amounts are those of the table; the script adds nothing up.

/** @typedef {{ name: string, short: string, amount: number, shown: string }} Bar */

// A script of its own that is loaded before. It has no types of a module.
const uPlot = /** @type {any} */ (globalThis)['uPlot'];
const HEIGHT = 240;
// Bars need so many pixels beside each other for a label below each.
const LABEL_WIDTH = 70;

/**
 * The rows of the table, the oldest first.
 * @param {Element} section
 * @returns {Bar[]}
 */
function barsOf(section) {
  return [...section.querySelectorAll('tbody tr')].reverse().map((row) => {
    const revenue = /** @type {HTMLDataElement} */ (row.querySelector('[data-figure=period-revenue]'));
    return {
      name: row.querySelector('th')?.textContent ?? '',
      short: row.getAttribute('data-short') ?? '',
      amount: Number(revenue.value),
      shown: revenue.textContent ?? '',
    };
  });
}

/**
 * A color of the style sheet, as it is now: the color scheme may change while the page is open.
 * @param {string} name
 */
function color(name) {
  return () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** @param {HTMLElement} place */
function draw(place) {
  const section = /** @type {Element} */ (place.closest('section'));
  const bars = barsOf(section);
  const unit = 10 ** Number(place.dataset.decimals);
  const money = new Intl.NumberFormat(document.documentElement.lang, {
    style: 'currency', currency: place.dataset.currency, notation: 'compact', currencyDisplay: 'narrowSymbol',
  });
  const amounts = bars.map((bar) => bar.amount / unit);
  const headings = [...section.querySelectorAll('thead th')].map((heading) => heading.textContent ?? '');
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: color('--muted'), font, ticks: { show: false }, grid: { stroke: color('--line'), width: 1 } };
  // Where nothing is pointed at, the legend is about the newest bar.
  const pointed = (/** @type {number | null} */ at) => bars[at ?? bars.length - 1];
  const chart = new uPlot({
    width: place.clientWidth, height: HEIGHT - 30, padding: [8, 20, 0, 0],
    scales: { x: { time: false, range: [-0.6, bars.length - 0.4] }, y: { range: [0, Math.max(...amounts) * 1.05 || 1] } },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    axes: [
      {
        ...axis, grid: { show: false },
        splits: (/** @type {any} */ u) => labeled(bars.length, u.width),
        values: (/** @type {any} */ _u, /** @type {number[]} */ places) => places.map((at) => bars[at]?.short ?? ''),
      },
      {
        ...axis, size: 64,
        values: (/** @type {any} */ _u, /** @type {number[]} */ values) => values.map((value) => money.format(value)),
      },
    ],
    series: [
      { label: headings[0], value: (/** @type {any} */ _u, /** @type {number | null} */ at) => pointed(at)?.name ?? '' },
      {
        label: headings[1], fill: color('--accent'), stroke: color('--accent'), points: { show: false },
        paths: uPlot.paths.bars({ size: [0.7, 48], radius: 0.15 }),
        value: (/** @type {any} */ _u, /** @type {any} */ _value, /** @type {any} */ _series, /** @type {number | null} */ at) => pointed(at)?.shown ?? '',
      },
    ],
  }, [bars.map((_bar, index) => index), amounts], place);
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT - 30 })).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.redraw());
}

/**
 * Which bars have a label: as many as there is room for, the last one among them.
 * @param {number} count
 * @param {number} width
 */
function labeled(count, width) {
  const step = Math.max(1, Math.ceil(count / Math.max(1, Math.floor(width / LABEL_WIDTH))));
  return Array.from({ length: count }, (_, index) => index).filter((index) => (count - 1 - index) % step === 0);
}

for (const place of document.querySelectorAll('.chart')) draw(/** @type {HTMLElement} */ (place));
