// Owns the spelling of preferred shares. Ours is that of the exchanges' CMS: BAC.PRL is series L of Bank of America.

export interface PreferredSpelling {
  /** Our text for a provider's symbol; a symbol of another form is returned as it is. */
  tickerText(symbol: string): string;
  /** The provider's symbol for our ticker; a ticker of another form is returned as it is. */
  symbolOf(ticker: string): string;
}

/** The provider writes `infix` between the share and the series: "p" makes BACpL, ".PR." makes BAC.PR.L. */
export function preferredSpelling(infix: string): PreferredSpelling {
  const foreign = new RegExp(`^([A-Z]+)${RegExp.escape(infix)}([A-Z]?)$`);
  return {
    tickerText: (symbol) => symbol.replace(foreign, "$1.PR$2"),
    symbolOf: (ticker) => ticker.replace(/^([A-Z]+)\.PR([A-Z]?)$/, `$1${infix}$2`),
  };
}
