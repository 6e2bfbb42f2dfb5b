/**
 * For other websites: makes the frames with this shop's offers as high as their pages, and tells them which campaign the
 * visitor came from. Loaded as a plain script from the stable address /static/js/embed.js.
 */
(() => {
  const { currentScript } = document;
  if (!(currentScript instanceof HTMLScriptElement)) return;
  const shop = new URL(currentScript.src).origin;
  const arrival = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => name.startsWith('utm_')));
  arrival.set('referrer', location.origin + location.pathname);
  const greeting = { storefront: 'embed', arrival: arrival.toString() };

  const frames = () => [...document.querySelectorAll('iframe')].filter(({ src }) => src.startsWith(`${shop}/`));

  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== shop || !data || data.storefront !== 'height') return;
    const frame = frames().find(({ contentWindow }) => contentWindow === source);
    if (!frame) return;
    frame.style.height = `${Math.ceil(Number(data.height))}px`;
    if (data.asks) frame.contentWindow?.postMessage(greeting, shop);
  });
})();
