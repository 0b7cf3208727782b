// Owns the currencies in whose hundredth part an exchange quotes its prices: pence, cents, agorot.

/** By the codes that providers write. */
const majorOf: Readonly<Record<string, string>> = {
  GBp: "GBP",
  GBX: "GBP",
  ZAc: "ZAR",
  ZAC: "ZAR",
  ILA: "ILS",
  ILa: "ILS",
};

/** The code of ISO 4217 for a provider's code of three letters; undefined for any other value. */
export function currencyOf(code: unknown): string | undefined {
  if (typeof code !== "string" || !/^[A-Za-z]{3}$/.test(code)) return undefined;
  return isMinorUnit(code) ? majorOf[code] : code.toUpperCase();
}

export function isMinorUnit(code: unknown): boolean {
  return typeof code === "string" && Object.hasOwn(majorOf, code);
}

/** A hundredth of a decimal text, exactly: the point moves, no digit is computed. Another text stays as it is. */
export function hundredthOf(text: string): string {
  return text.replace(/^(-?[\d.]+)(?:[eE]([+-]?\d{1,3}))?$/, (_, digits, exponent = "0") => {
    return `${digits}e${Number(exponent) - 2}`;
  });
}
