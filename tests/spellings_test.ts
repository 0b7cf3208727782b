// Checks that each reader of tickers gives the same security for each spelling of each security of universe.json.

import assert from "node:assert/strict";
import { createClock } from "../lib/clock.ts";
import { Subscription } from "../lib/hub/socket/subscription.ts";
import { readList } from "../lib/interchange/read_list.ts";
import { createSecurities } from "../lib/securities/create_securities.ts";
import {
  findAddable,
  findSecurity,
  knownTicker,
  readSymbol,
} from "../lib/securities/find_security.ts";
import { formerTickers } from "../lib/securities/former_tickers.ts";
import { readWorld } from "../lib/securities/known/world.ts";
import { readUniverse } from "../lib/securities/universe.ts";
import { createUserReader } from "../tools/users/csv.ts";

const securities = createSecurities();
const tickers = readUniverse().listings.map(({ security }) => security.ticker);
const hash = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$" +
  "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

/** The spellings of a ticker with and without a class of shares. */
function spellingsOf(ticker: string): string[] {
  const [root = "", shareClass] = ticker.split(".");
  const bare = shareClass === undefined
    ? [ticker]
    : ["", ".", "-", "/", "_", " "].map((separator) => root + separator + shareClass);
  const reuters = root + (shareClass?.toLowerCase() ?? "");
  return [
    ...bare.flatMap((text) => [
      text,
      text.toLowerCase(),
      `$${text}`,
      ` ${text} `,
      fullWidth(text),
      ...prefixes.map((prefix) => `${prefix}:${text}`),
      ...suffixes.map((suffix) => `${text}:${suffix}`),
      `${text} US`,
      `${text}.US`,
      `${text}-US`,
      `${text} US Equity`,
      `${text} UN Equity`,
    ]),
    `${reuters}.O`,
    `${reuters}.OQ`,
    `${reuters}.N`,
  ];
}

const prefixes = "NYSE NASDAQ NYSEARCA ARCX ARCA XNAS XNYS PCX BATS AMEX US nasdaq".split(" ");
const suffixes = ["NASDAQ", "NYSE", "NYSEARCA", "NYSE Arca", "US"];

function fullWidth(text: string): string {
  return text.replace(/[!-~]/g, (sign) => String.fromCodePoint(sign.codePointAt(0)! + 0xfee0));
}

const resolve = (text: string) => readSymbol(text, securities.isPriceable);
const readUser = createUserReader("username,password_hash,tickers", {
  clock: createClock(),
  readTicker: (text) => readSymbol(text, (ticker) => securities.find(ticker) !== undefined),
})!;

/** Each returns the tickers that it reads from one text. The search returns its first result. */
const readers: Record<string, (text: string) => readonly string[]> = {
  "the API": (text) => [findSecurity(securities, text).ticker],
  "adding to a list": (text) => [findAddable(securities, text).ticker],
  "the search": (text) => securities.search(text, 1).map(({ ticker }) => ticker),
  "the import of a table": (text) => readList(`Symbol,Note\n"${text}",x`, { resolve }).tickers,
  "a socket": (text) => {
    const options = { max: 9, readTicker: (text: string) => knownTicker(securities, text) };
    const outcome = new Subscription().add([text], options);
    return outcome.kind === "subscribed" ? outcome.known : [];
  },
};

/** Words of these may be tickers of their own where blanks separate tickers: HEI A is HEI and A. */
const listReaders: typeof readers = {
  "the import of a text": (text) => readList(text, { resolve, format: "text" }).tickers,
  "users:import": (text) => {
    const read = readUser(`anna,"${hash}","${text}"`);
    return read.kind === "user" ? read.record.lists[0]!.tickers : [];
  },
};

function wrongReadings(spelled: Iterable<readonly [text: string, ticker: string]>): string[] {
  const wrong: string[] = [];
  for (const [text, ticker] of spelled) {
    const words = text.trim().split(/\s+/);
    const isList = words.length > 1 && words.every((word) => resolve(word).kind === "found");
    for (const [name, read] of Object.entries(isList ? readers : { ...readers, ...listReaders })) {
      let found: readonly string[] = [];
      try {
        found = read(text);
      } catch (error) {
        found = [String(error)];
      }
      if (found.join() !== ticker) {
        wrong.push(`${name}: "${text}" is ${ticker}, not ${found.join()}`);
      }
    }
  }
  return wrong;
}

Deno.test("every reader finds each security of universe.json by each of its spellings", () => {
  const spelled = tickers.flatMap((ticker) =>
    spellingsOf(ticker).map((text) => [text, ticker] as const)
  );
  assert.ok(spelled.length > 30_000);
  assert.deepEqual(wrongReadings(spelled).slice(0, 20), []);
});

Deno.test("every reader finds indices, crypto, currencies and shares elsewhere as they are written here", () => {
  const spelled = readWorld().flatMap(({ security: { ticker } }) =>
    [ticker, ticker.toLowerCase(), ` ${ticker} `].map((text) => [text, ticker] as const)
  );
  assert.deepEqual(wrongReadings(spelled), []);
});

Deno.test("every reader finds the present security by each spelling of a former ticker", () => {
  const spelled = [...formerTickers].flatMap(([former, present]) =>
    spellingsOf(former).map((text) => [text, present] as const)
  );
  assert.deepEqual(wrongReadings(spelled).slice(0, 20), []);
});

Deno.test("no spelling of one security is the ticker of another one", () => {
  const listed = new Set<string>(securities.tickers());
  const collisions = tickers.flatMap((ticker) =>
    spellingsOf(ticker).filter((text) => text !== ticker && listed.has(text))
      .map((text) => `${text} of ${ticker}`)
  );
  assert.deepEqual(collisions, []);
});
