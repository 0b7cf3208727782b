// Owns the former tickers: of securities with a new ticker, and of companies that are not listed any more.

import { parseTicker, type Ticker } from "../quote.ts";

/** The present ticker, then its former ones. A former ticker that another company uses today must not be here. */
const renamed = `
  BALL BLL; BKNG PCLN; BKR BHGE BHI; BNY BK; CBRE CBG; COR ABC; CPAY FLT; DD DWDP; DOC PEAK; ECHO SATS; EG RE;
  ELV ANTM WLP; EXE CHK; FISV FI; FLG NYCB; GAP GPS; GEN NLOK SYMC; GL TMK; GTM ZI; IR GDI; J JEC; JEF LUK;
  KDP DPS; KHC KRFT; LHX HRS; LUMN CTL; MDLZ KFT; META FB; MPT MPW; MRSH MMC; MUFG MTU; NBIS YNDX; OVV ECA; P PSTG;
  PSKY PARA PARAA VIAC VIACA CBS; PTC PMTC; QQQ QQQQ; RTX UTX; RVTY PKI; SHEL RDS.A RDS.B; SONY SNE; SPGI MHFI MHP;
  SPYM SPLG; STLA FCAU; TCOM CTRP; TFC BBT; TKO WWE; TPR COH; TTE TOT; UI UBNT; VSXY VSCO; VTRS MYL; WBD DISCA DISCK;
  WELL HCN; WPM SLW; WTW WLTW; XYZ SQ`;

/** Without a successor: a holder of the former shares did not get shares under a new ticker. */
const gone: Readonly<Record<string, string>> = {
  ABMD: "Abiomed was bought by Johnson & Johnson in 2022",
  AGN: "Allergan was bought by AbbVie in 2020",
  ALXN: "Alexion was bought by AstraZeneca in 2021",
  ANSS: "Ansys was bought by Synopsys in 2025",
  ATVI: "Activision Blizzard was bought by Microsoft in 2023",
  CELG: "Celgene was bought by Bristol-Myers Squibb in 2019",
  CERN: "Cerner was bought by Oracle in 2022",
  CTLT: "Catalent was taken private in 2024",
  CTXS: "Citrix was taken private in 2022",
  DFS: "Discover was bought by Capital One in 2025",
  FRC: "First Republic Bank failed in 2023",
  HES: "Hess was bought by Chevron in 2025",
  JNPR: "Juniper Networks was bought by Hewlett Packard Enterprise in 2025",
  JWN: "Nordstrom was taken private in 2025",
  MRO: "Marathon Oil was bought by ConocoPhillips in 2024",
  MXIM: "Maxim Integrated was bought by Analog Devices in 2021",
  NLSN: "Nielsen was taken private in 2022",
  PXD: "Pioneer Natural Resources was bought by Exxon Mobil in 2024",
  SGEN: "Seagen was bought by Pfizer in 2023",
  SIVB: "SVB Financial failed in 2023",
  SPLK: "Splunk was bought by Cisco in 2024",
  TWTR: "Twitter was taken private in 2022",
  VMW: "VMware was bought by Broadcom in 2023",
  WBA: "Walgreens Boots Alliance was taken private in 2025",
  XLNX: "Xilinx was bought by AMD in 2022",
};

export const formerTickers: ReadonlyMap<Ticker, Ticker> = new Map(
  renamed.split(";").flatMap((row) => {
    const [present, ...former] = row.trim().split(/\s+/).map(tickerOf);
    return former.map((ticker) => [ticker, present!] as const);
  }),
);

/** What became of the company, as a sentence without its full stop. */
export const goneTickers: ReadonlyMap<Ticker, string> = new Map(
  Object.entries(gone).map(([text, fate]) => [tickerOf(text), fate]),
);

/** Throws for an invalid row, because the table is part of the program. */
function tickerOf(text: string): Ticker {
  const ticker = parseTicker(text);
  if (!ticker) throw new Error(`"${text}" is not a ticker`);
  return ticker;
}
