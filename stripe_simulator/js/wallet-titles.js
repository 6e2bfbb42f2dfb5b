/** The names of the wallets, which are the same in all languages. @type {Record<string, string>} */
export const WALLET_TITLES = { apple_pay: 'Apple Pay', google_pay: 'Google Pay', link: 'Link' };
