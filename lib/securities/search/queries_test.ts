// Checks which security is found first for the queries that people type, among the securities of universe.json.

import assert from "node:assert/strict";
import golden from "../../../tests/golden_queries.json" with { type: "json" };
import own from "../../../tests/search_queries.json" with { type: "json" };
import { createCatalog, createRandom } from "../../../tests/support/catalog.ts";
import { createSecurities } from "../create_securities.ts";
import { formerTickers } from "../former_tickers.ts";
import type { Securities } from "../securities.ts";

const securities = createSecurities();
/** The universe in a list of 12,000, which is as many as the US exchanges have. */
const many = createSecurities();
const taken = [...securities.tickers(), ...formerTickers.keys()];
await many.merge([
  ...securities.tickers().map((ticker) => ({ ...securities.find(ticker)!, priceable: true })),
  ...createCatalog(12_000 - securities.tickers().length, createRandom(1), taken),
]);

function tickersFor(query: string, among: Securities = securities): string[] {
  return among.search(query, 10).map(({ ticker }) => ticker);
}

interface Golden {
  readonly query: string;
  readonly first?: readonly string[];
  readonly top2?: readonly string[];
  readonly top3?: readonly string[];
  readonly none?: boolean;
  /** universe.json does not have the security. */
  readonly onlyIn?: string;
}

function faultsOf(queries: readonly Golden[], among: Securities): string[] {
  return queries.flatMap(({ query, first = [], top2 = [], top3 = [], none }) => {
    const found = tickersFor(query, among);
    const isRight = (!none || found.length === 0) &&
      first.every((ticker, at) => found[at] === ticker) &&
      top2.every((ticker) => found.slice(0, 2).includes(ticker)) &&
      top3.every((ticker) => found.slice(0, 3).includes(ticker));
    return isRight ? [] : [`"${query}" found ${found.join(" ") || "nothing"}`];
  });
}

Deno.test("every golden query has the expected results, among 1,129 securities and among 12,000", () => {
  const queries: readonly Golden[] = [...golden, ...own];
  assert.ok(queries.length >= 100);
  assert.equal(many.tickers().length, 12_000);
  assert.deepEqual(faultsOf(queries.filter(({ onlyIn }) => !onlyIn), securities), []);
  assert.deepEqual(faultsOf(queries, many), []);
});

/** For each kind of query: the query, and after ">" the ticker that must come first. */
const firsts: Record<string, string> = {
  "a ticker as written": `
    T > T; C > C; GM > GM; MA > MA; GE > GE; KO > KO; O > O; D > D; U > U; S > S; ON > ON; IT > IT; ALL > ALL;
    GOOG > GOOG; GOOGL > GOOGL; MSFT > MSFT; ARM > ARM; SPY > SPY; QQQ > QQQ; BRK.A > BRK.A; LOW > LOW`,
  "a ticker in lower case or with spaces and signs around it": `
    meta > META; tsla > TSLA; jpm > JPM; amd > AMD; f > F; v > V; hd > HD; nvda > NVDA; pltr > PLTR; voo > VOO;
    " msft" > MSFT; "  ibm  " > IBM; $TSLA > TSLA; NASDAQ:AAPL > AAPL; "NYSE: BA" > BA; ＡＡＰＬ > AAPL`,
  "a share class with any separator": `
    brk.b > BRK.B; brk-a > BRK.A; BRK/A > BRK.A; brk b > BRK.B; brkb > BRK.B; BRK B > BRK.B; bf.b > BF.B;
    BF-B > BF.B; bf/a > BF.A; bf b > BF.B; heico class a > HEI.A; berkshire hathaway class a > BRK.A`,
  "an everyday name": `
    facebook > META; google > GOOGL; instagram > META; youtube > GOOGL; square > XYZ; cash app > XYZ; chase > JPM;
    citibank > C; bofa > BAC; merrill lynch > BAC; pepsi > PEP; nike > NKE; amex > AXP; budweiser > BUD; kfc > YUM;
    raytheon > RTX; snapchat > SNAP; microstrategy > MSTR; tsmc > TSM; schlumberger > SLB; lilly > LLY; p&g > PG;
    j&j > JNJ; royal dutch shell > SHEL; petrobras > PBR; hewlett-packard > HPQ; new york community bancorp > FLG;
    spacex > SPCX; burger king > QSR; ericsson > ERIC; philips > PHG; xbox > MSFT; iphone > AAPL; ticketmaster > LYV`,
  "a former ticker": `fb > META; sq > XYZ; bk > BNY; mmc > MRSH; fi > FISV; splg > SPYM`,
  "a name with signs in it": `
    mcdonalds > MCD; mcdonald's > MCD; McDonald’s > MCD; at&t > T; at and t > T; att > T; 3m > MMM; t-mobile > TMUS;
    t mobile > TMUS; tmobile > TMUS; lowes > LOW; kohl's > KSS; macys > M; o'reilly > ORLY; s&p global > SPGI;
    jb hunt > JBHT; ao smith > AOS; c3 ai > AI; yum! brands > YUM; amazon.com > AMZN; us bancorp > USB; pg&e > PCG;
    estee lauder > EL; Estée Lauder > EL; america movil > AMX; itaú > ITUB; coca-cola > KO; cocacola > KO;
    wal mart > WMT; home depot > HD; homedepot > HD; face book > META; M&T bank > MTB; warner bros > WBD`,
  "a part of a name": `
    lockheed > LMT; lockheed martin > LMT; goldman > GS; goldman sachs > GS; morgan stanley > MS; berkshire > BRK.B;
    wells fargo > WFC; american express > AXP; american airlines > AAL; delta air > DAL; united parcel > UPS;
    union pacific > UNP; texas instruments > TXN; palo alto > PANW; general dynamics > GD; general mills > GIS;
    charles schwab > SCHW; best buy > BBY; dollar general > DG; philip morris > PM; eli lilly > LLY; novo > NVO;
    thermo fisher > TMO; taiwan semi > TSM; walt disney > DIS; royal caribbean > RCL; live nation > LYV; deere > DE;
    advanced micro > AMD; applied mat > AMAT; exxon mobil > XOM; kraft > KHC; trade desk > TTD; northrop > NOC`,
  "words in another order, or with the ticker": `
    hathaway berkshire > BRK.B; motors general > GM; AAPL apple > AAPL; tesla tsla > TSLA; chase jpmorgan > JPM;
    procter and gamble > PG; bank america > BAC; johnson and johnson > JNJ; black stanley > SWK`,
  "a name with its legal form": `
    apple inc > AAPL; apple inc. > AAPL; nvidia corp > NVDA; tesla inc > TSLA; ford motor co > F; boeing co > BA;
    walmart corp > WMT; alphabet inc class c > GOOG; coca cola company > KO; the coca-cola company > KO`,
  "a name with words that are not part of it": `
    apple stock > AAPL; AAPL stock > AAPL; nvidia share price > NVDA; google cloud > GOOGL; amazon prime > AMZN`,
  "a fund": `
    s&p 500 > SPY; s&p 500 etf > SPY; sp500 > SPY; vanguard s&p 500 > VOO; ishares s&p 500 > IVV; nasdaq 100 > QQQ;
    dow jones > DIA; russell 2000 > IWM; gold > GLD; silver > SLV; bitcoin > BTC-USD; ethereum > ETH-USD; oil > USO;
    natural gas > UNG; vanguard total bond > BND; vanguard growth > VUG; vanguard value > VTV; ark innovation > ARKK;
    total stock market > VTI; emerging markets vanguard > VWO; gold miners > GDX; ishares gold > IAU; invesco qqq > QQQ;
    vanguard real estate > VNQ; schwab dividend > SCHD; semiconductor etf > SMH; biotech etf > XBI`,
  "a typing error: two letters swapped": `
    aplpe > AAPL; mircosoft > MSFT; telsa > TSLA; goolge > GOOGL; nvdiia > NVDA; boieng > BA; starbukcs > SBUX;
    pfzier > PFE; vsia > V; nkie > NKE; intle > INTC; dinsey > DIS; wlamart > WMT; netfilx > NFLX; fodr > F;
    mstf > MSFT; tsal > TSLA; amnz > AMZN; costoc > COST; oarcle > ORCL`,
  "a typing error: a missing letter": `
    mcrosoft > MSFT; gogle > GOOGL; amazn > AMZN; nvida > NVDA; starbuks > SBUX; boing > BA; chevrn > CVX;
    netflx > NFLX; mastercrd > MA; palantr > PLTR; facebok > META; walmrt > WMT; pinterst > PINS; cocacla > KO;
    lockhed > LMT; berkshre > BRK.B; qualcom > QCOM; salesfrce > CRM; airbb > ABNB; mcdonals > MCD; exon > XOM`,
  "a typing error: an extra letter or a wrong one": `
    appple > AAPL; teslaa > TSLA; gooogle > GOOGL; nettflix > NFLX; wallmart > WMT; pfizzer > PFE; ubber > UBER;
    microsaft > MSFT; amazom > AMZN; disnei > DIS; viza > V; boeinh > BA; spotifi > SPOT; robinhoot > HOOD;
    macdonalds > MCD; starbacks > SBUX; cheveron > CVX; nvidea > NVDA; oracel > ORCL; aappl > AAPL`,
  "a typing error in one of several words": `
    goldman sacks > GS; home deopt > HD; bank of amrica > BAC; genral electric > GE; morgan stanly > MS;
    wels fargo > WFC; coca coal > KO; jhonson johnson > JNJ; lockheed martn > LMT; amercan express > AXP`,
};

const nothing = [
  "zzzzqq",
  "qwertyuiop",
  "asdfgh",
  "xqzvw",
  "xyzzyx plugh",
  "blorptang",
  "qqqqqqqq",
  "hjkl",
  "12345678",
  "foobarbaz",
  "lorem ipsum",
  "wxyzwxyz",
  "zzzz zzzz zzzz",
  "!!!",
  "&",
  "日本語",
  "🙂",
];

/** They can be pronounced, so their sound could be that of a name. */
const pronounceable =
  `grefnoll snarfle tibblewick wozzlefrump jubbertang flimkin drozzle vontrub quazzip mungwort zeffrick
  plonkest brindlefax skivvernock yaddermoss krellop huvvintine oggleby thwackum frobnitz`.split(
    /\s+/,
  );

const pairs = Object.entries(firsts).map(([kind, table]) =>
  [
    kind,
    table.split(";").map((row) => {
      const at = row.lastIndexOf(" > ");
      return {
        query: row.slice(0, at).trim().replaceAll('"', ""),
        first: row.slice(at + 3).trim(),
      };
    }),
  ] as const
);

for (const [kind, rows] of pairs) {
  Deno.test(`the search understands ${kind}`, () => {
    const wrong = rows.map(({ query, first }) => ({ query, first, found: tickersFor(query) }))
      .filter(({ first, found }) => found[0] !== first)
      .map(({ query, first, found }) =>
        `"${query}": ${found.join(" ") || "nothing"}, not ${first}`
      );
    assert.deepEqual(wrong, []);
  });
}

Deno.test("a meaningless query has no results", () => {
  const queries = [...nothing, ...pronounceable].map((query) => ({ query, none: true }));
  assert.deepEqual(faultsOf(queries, securities), []);
  assert.deepEqual(faultsOf(queries, many), []);
});

Deno.test("the first letters of a name find the most watched company with such a name", () => {
  const expected: Record<string, string> = {
    micros: "MSFT",
    nvid: "NVDA",
    starb: "SBUX",
    netf: "NFLX",
    coinb: "COIN",
    jpmor: "JPM",
    unit: "UNH",
    disn: "DIS",
    berk: "BRK.B",
    vangu: "VOO",
  };
  for (const [query, ticker] of Object.entries(expected)) {
    assert.equal(tickersFor(query)[0], ticker, query);
  }
});
