// Owns the names of the exchanges: ours, those of other programs and data providers, and their signs in a symbol.

interface Exchange {
  /** Our name, as in universe.json. */
  readonly name: string;
  readonly tradingView: string;
  /** Names of Google Finance, Yahoo, brokers and data providers, codes of ISO 10383, and former names. */
  readonly otherNames: string;
  /** Bloomberg's code, as in "AAPL UW Equity". */
  readonly bloomberg: string;
  /** The suffix of Reuters, as in AAPL.O. NYSE American's "A" is left out, because it looks like a class of shares. */
  readonly reuters: string;
}

const table: readonly Exchange[] = [
  {
    name: "NASDAQ",
    tradingView: "NASDAQ",
    otherNames: "XNAS XNMS XNGS XNCM NASDAQGS NASDAQGM NASDAQCM NASDAQNMS NMS NGM NCM NAS ISLAND",
    bloomberg: "UW UQ UR",
    reuters: "O OQ",
  },
  {
    name: "NYSE",
    tradingView: "NYSE",
    otherNames: "XNYS NYQ NYS",
    bloomberg: "UN",
    reuters: "N K",
  },
  {
    name: "NYSE Arca",
    tradingView: "AMEX",
    otherNames: "ARCA ARCX PCX",
    bloomberg: "UP",
    reuters: "P",
  },
  {
    name: "NYSE American",
    tradingView: "AMEX",
    otherNames: "XASE NYSEMKT NYSEAMEX ASE",
    bloomberg: "UA",
    reuters: "",
  },
  {
    name: "Cboe BZX",
    tradingView: "CBOE",
    otherNames: "BATS BZX BTS",
    bloomberg: "UF",
    reuters: "Z",
  },
];

/** Names of all exchanges of the country together. */
const wholeMarket = ["US", "USA"];

export const exchangeNames: readonly string[] = table.map(({ name }) => name);

const names = new Set([
  ...table.flatMap(({ name, tradingView, otherNames }) => [
    plain(name),
    tradingView,
    ...otherNames.split(" "),
  ]),
  ...wholeMarket,
]);
const bloombergCodes = new Set(["US", ...table.flatMap(({ bloomberg }) => bloomberg.split(" "))]);
const reutersCodes = new Set(table.flatMap(({ reuters }) => reuters.split(" ")));

/** True for a name of one of our exchanges, in any case: NYSEARCA, "NYSE Arca", XNAS, US. */
export function isExchangeName(text: string): boolean {
  return names.has(plain(text));
}

export function isBloombergCode(text: string): boolean {
  return bloombergCodes.has(text.toUpperCase());
}

export function isReutersCode(text: string): boolean {
  return text !== "" && reutersCodes.has(text.toUpperCase());
}

/** TradingView's prefix for our name of an exchange. */
export function tradingViewPrefix(name: string): string | undefined {
  return table.find((exchange) => exchange.name === name)?.tradingView;
}

function plain(name: string): string {
  return name.replace(/[\s_.-]/g, "").toUpperCase();
}
