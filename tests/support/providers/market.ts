// Owns a made-up market of 12,000 securities outside the universe, for the stand-ins of quote providers.

export interface MarketRow {
  /** In our spelling. */
  readonly ticker: string;
  readonly name: string;
  readonly price: string;
  readonly isFund?: boolean;
}

export type Market = Map<string, MarketRow>;

/** More than any test's wait for a first page, and about as many as US exchanges list. */
export const marketSize = 12_000;

const words = "Amber Birch Cedar Delta Ember Fjord Grove Heron Iris Juniper".split(" ");

/** With some rows that tests ask for: a share, a fund, a preferred share, and shares that are renamed or delisted later. */
export function createMarket(): Market {
  const special: MarketRow[] = [
    { ticker: "QUOKK", name: "Quokka Robotics Inc.", price: "42.17" },
    { ticker: "WOMBT", name: "Wombat Burrow ETF", price: "27.5", isFund: true },
    { ticker: "BAC.PRL", name: "Bank of America 7.25% Series L", price: "1150.5" },
    { ticker: "NUMBT", name: "Numbat Mining Corp", price: "3.3" },
    { ticker: "BILBY", name: "Bilby Foods Inc.", price: "8.81" },
  ];
  const rows = Array.from({ length: marketSize - special.length }, (_, at): MarketRow => ({
    ticker: `Z${letters(at)}`,
    name: `${words[at % 10]} ${words[Math.floor(at / 10) % 10]} ${letters(at)} Inc.`,
    price: `${10 + at % 500}.25`,
  }));
  return new Map([...rows, ...special].map((row) => [row.ticker, row]));
}

/** Four letters for each number below 26 ** 4. */
function letters(number: number): string {
  const codes = [3, 2, 1, 0].map((place) => 65 + Math.floor(number / 26 ** place) % 26);
  return String.fromCharCode(...codes);
}
