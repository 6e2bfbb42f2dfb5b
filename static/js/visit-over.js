/** The order of this visit needs no more paying: opened anew, the offer's page begins another purchase. */

const visit = document.querySelector('main')?.dataset.visit;
try {
  const key = visit && localStorage.getItem(visit);
  if (key) localStorage.setItem(`${visit}-over`, key);
} catch {
  // The browser keeps nothing for us, so there is nothing to mark.
}

export {};
