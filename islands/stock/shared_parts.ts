// Owns which code of the watchlist's page a stock's page uses: the connection, the quotes, the texts of a price.

/**
 * Taken from the module of that island. A plain import would make the build split the watchlist's script into two files,
 * and each of its pages would load 300 bytes more.
 */
export const { ageOf, createLiveClient, createQuoteStore, followPage, formatPrice } = await import(
  "../roots/Watchlist.tsx"
);
