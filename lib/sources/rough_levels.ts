// Owns rough levels, not prices, of the 200 most watched securities, so that the simulated market looks familiar. Knows no source.

import { parseTicker, type Ticker } from "../quote.ts";

/** The levels are guesses for this month, from general knowledge. Nobody may trade by them. */
export const roughLevelsAsOf = "2026-06";

/** The ticker, then its level in USD. */
const table = `
  AAPL 275; NVDA 190; TSLA 420; MSFT 480; AMZN 235; GOOGL 310; META 650; SPY 690; PLTR 170;
  AMD 220; NFLX 95; QQQ 620; VOO 634; GOOG 311; AVGO 345; INTC 40; MSTR 170; COIN 250; GME 22;
  AMC 2.5; HOOD 115; SOFI 26; WMT 112; F 13.5; DIS 112; BA 215; BABA 155; TSM 300; MU 280;
  SMCI 32; NIO 5.2; RIVN 19; JPM 315; BRK.B 495; COST 880; V 345; MA 570; UBER 82; SPCX 160;
  LLY 1040; UNH 330; NKE 63; PYPL 60; CRM 260; ORCL 195; ARM 115; SNAP 8; T 25; BAC 55; KO 70;
  PFE 25; XOM 120; SHOP 165; RBLX 85; SNOW 220; ADBE 345; CRWD 475; QCOM 172; ABNB 135; XYZ 65;
  SBUX 85; HD 350; MCD 308; CVX 152; JNJ 207; PG 144; WFC 93; C 117; GM 82; GE 310; IBM 300;
  CSCO 77; ASML 1080; NVO 51; SPOT 580; DKNG 35; RKLB 70; CVNA 430; APP 690; CRWV 75; CRCL 82;
  RDDT 230; IONQ 47; RGTI 24; SOUN 11; LCID 11; MARA 10; RIOT 14; AAL 15.5; DAL 70; UAL 113;
  CCL 31; VTI 340; IVV 693; IWM 250; DIA 485; GLD 400; SLV 65; IBIT 50; TQQQ 54; SCHD 28;
  ARKK 78; TLT 88; SQQQ 67; SOXL 43; JEPI 58; VEA 63; BND 74; VXUS 76; VTV 192; VUG 490; AGG 100;
  XLK 145; XLE 45; XLF 55; SMH 365; VT 142; PEP 144; ABBV 229; MRK 105; MRNA 30; TGT 98; LOW 241;
  CMG 38; TMUS 200; VZ 40; CMCSA 29; WBD 28; PANW 186; NOW 154; INTU 665; DELL 127; MRVL 86;
  AMAT 260; LRCX 172; TXN 175; GS 890; MS 178; AXP 375; SCHW 101; BLK 1080; BRK.A 742500;
  UPS 100; FDX 290; CAT 580; DE 468; LMT 485; RTX 184; NOC 572; GD 338; MMM 161; HON 196; OXY 41;
  COP 94; CVS 79; AMGN 330; GILD 124; BMY 54; TMO 582; ABT 125; ISRG 570; VRTX 455; LULU 208;
  ROKU 109; ZM 87; PINS 26; LYFT 19.5; DASH 228; AFRM 75; UPST 44; NET 198; DDOG 137; ZS 226;
  MDB 420; TTD 38; U 45; BYND 1; PTON 6.2; HIMS 33; OKLO 74; SMR 15; ASTS 75; QBTS 27; BMNR 28;
  FIG 37; OPEN 6; JOBY 13.5; ACHR 7.7; PLUG 2; ENPH 32; FSLR 262; NEE 81; VST 162; CEG 355;
  GEV 655; NU 17; TOST 35; CHWY 33; ETSY 56; EBAY 87`;

/** These move together: the same fund, or another class of the same shares. The first one leads. */
const together = ["SPY VOO IVV", "BRK.B BRK.A", "GOOGL GOOG"];

/** USD. */
export const roughLevels: ReadonlyMap<Ticker, number> = new Map(
  table.split(";").map((row) => {
    const [text = "", level] = row.trim().split(" ");
    return [tickerOf(text), Number(level)] as const;
  }),
);

/** The ticker whose walk this ticker follows. */
export const leaders: ReadonlyMap<Ticker, Ticker> = new Map(
  together.flatMap((row) => {
    const [leader, ...others] = row.split(" ").map(tickerOf);
    return others.map((ticker) => [ticker, leader!] as const);
  }),
);

/** Throws for an invalid row, because the table is part of the program. */
function tickerOf(text: string): Ticker {
  const ticker = parseTicker(text);
  if (!ticker) throw new Error(`"${text}" is not a ticker`);
  return ticker;
}
