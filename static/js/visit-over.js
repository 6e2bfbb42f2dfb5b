/** The order of this visit needs no more paying: the next purchase of the offer in this browser is a new one. */

const visit = document.querySelector('main')?.dataset.visit;
try {
  if (visit) localStorage.removeItem(visit);
} catch {
  // The browser keeps nothing for us, so there is nothing to drop.
}

export {};
