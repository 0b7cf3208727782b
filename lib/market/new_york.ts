// Owns the wall clock of New York: its days and hours as Unix ms, and back.

const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Days are counted in New York, from 1 January 1970 on. */
export function localDay(now: number): number {
  return Math.floor((now + offsetAt(now)) / dayMs);
}

/** The Unix ms at which a day of New York has this hour, such as 9.5. */
export function timeOf(day: number, hour: number): number {
  const wallMs = day * dayMs + hour * hourMs;
  // Clocks change at night, so the offset of some hours away is the same.
  return wallMs - offsetAt(wallMs - offsetAt(wallMs));
}

const newYork = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  timeZoneName: "longOffset",
});

/** The offset of New York from UTC, such as -4 hours in summer. */
function offsetAt(now: number): number {
  const name = newYork.formatToParts(now).find(({ type }) => type === "timeZoneName")?.value;
  const [, hours, minutes] = /^GMT([+-]\d{2}):(\d{2})$/.exec(name ?? "") ?? [];
  if (hours === undefined) throw new Error(`The platform names no offset of New York: ${name}.`);
  return Number(hours) * hourMs + Math.sign(Number(hours)) * Number(minutes) * 60_000;
}
