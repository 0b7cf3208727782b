// Owns which market a security belongs to: by what a list tells of it, and else by the form of its ticker.

import type { Market } from "../../quote.ts";
import { isExchangeName } from "../exchanges.ts";
import type { Security } from "../securities.ts";

/** Less than a security: of one that no list names, the ticker alone is known. */
export type KnownFacts =
  & Pick<Security, "ticker">
  & Partial<Pick<Security, "exchange" | "kind" | "currency">>;

/** BTC-USD, ETH-EUR. A preferred share in a provider's spelling, BAC-PL, has no currency behind its dash. */
const cryptoForm = /^[A-Z0-9]{2,12}-(?:USD[CT]?|EUR|GBP|JPY|CAD|AUD|CHF|KRW|BTC|ETH)$/;
/** EURUSD=X, JPY=X */
const currencyForm = /^[A-Z]{3,6}=X$/;
/** VOD.L, 7203.T, SAP.DE: the suffixes of Yahoo. Those that mark a class of US shares, A, B, C, U, WS and PR, are not among them. */
const elsewhereForm = new RegExp(
  "\\.(?:AE|AS|AT|AX|BA|BD|BE|BK|BO|BR|CA|CN|CO|CR|DE|DU|F|HA|HE|HK|HM|IC|IL|IR|IS|JK|JO|KL|KQ|KS|L|LS|MC|MI|MU|MX|NE|" +
    "NS|NZ|OL|PA|PS|QA|RO|SA|SG|SI|SN|SR|SS|ST|SW|SZ|T|TA|TL|TO|TW|TWO|V|VI|VS|WA|XC|XD)$",
);
/** Of these names the lists tell no currency. An index of another name may be that of any country. */
const usIndex =
  /^\^(?:GSPC|SPX|DJ[A-Z]|IXIC|NDX|NYA|XAX|RU[AIT]|VIX|VXN|OEX|MID|SP\d+.*|SOX|TNX|TYX|FVX|IRX|W5000)$/;
/** Exchanges of US shares that no security of universe.json has. */
const furtherUsExchanges = new Set(["OTC", "IEX", "IEXG", "LTSE"]);

export function marketOf({ ticker, exchange = "", kind, currency }: KnownFacts): Market {
  if (kind === "crypto") return "crypto";
  if (kind === "currency") return "fx";
  if (isExchangeName(exchange) || furtherUsExchanges.has(exchange)) return "us";
  if (currency !== undefined && currency !== "USD") return "other";
  if (kind === undefined && cryptoForm.test(ticker)) return "crypto";
  if (kind === undefined && currencyForm.test(ticker)) return "fx";
  if (ticker.startsWith("^")) return currency === "USD" || usIndex.test(ticker) ? "us" : "other";
  // A fund on the London exchange may be traded in dollars. Of a US share the list may tell an exchange that is not known here.
  return elsewhereForm.test(ticker) ? "other" : "us";
}
