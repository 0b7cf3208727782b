// Owns which addresses count as one caller: limits that a neighbouring address gets around limit nobody.

/** Addresses that come in with a header may be any text; more of it tells nothing. */
const addressLengthMax = 64;

/** An IPv4 address; of an IPv6 one the /64, which is what one subscriber gets; other texts as they are. */
export function networkOf(address: string): string {
  const groups = ipv6Groups(address);
  if (!groups) return address.slice(0, addressLengthMax);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped
    ? ipv4Of(groups)
    : `${groups.slice(0, 4).map((group) => group.toString(16)).join(":")}::/64`;
}

/** The eight numbers; undefined: no IPv6 address. */
function ipv6Groups(address: string): number[] | undefined {
  const [plain = ""] = address.split("%");
  if (!plain.includes(":")) return undefined;
  // The URL parser knows all spellings and writes one.
  const text = URL.parse(`http://[${plain}]/`)?.hostname.slice(1, -1);
  if (text === undefined) return undefined;
  const [head = [], tail = []] = text.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].map((group) => parseInt(group, 16));
}

function ipv4Of(groups: readonly number[]): string {
  return groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]).join(".");
}
