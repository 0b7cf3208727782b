// Owns who a request speaks for and where it comes from: identity, username, caller. Each is parsed once, at the edge.

declare const brand: unique symbol;

/** 3 to 32 of a-z, 0-9, dot, hyphen and underscore. */
export type Username = string & { readonly [brand]: "Username" };

const usernamePattern = /^[a-z0-9_.-]{3,32}$/;

/** Undefined if no user can have this name. Capitals and surrounding blanks do not matter. */
export function parseUsername(text: string): Username | undefined {
  const normalized = normalizeUsername(text);
  return usernamePattern.test(normalized) ? normalized as Username : undefined;
}

export function normalizeUsername(text: string): string {
  return text.trim().toLowerCase();
}

/** The user that a verified token speaks for. */
export interface Identity {
  readonly userId: string;
  readonly username: string;
  readonly sessionId: string;
  /** When the sign-in must be renewed, Unix ms. */
  readonly expiresAt: number;
}

/** The client of a request. */
export interface Caller {
  readonly address: string;
  /** What limits count by: neighbouring addresses of one subscriber are one network. */
  readonly network: string;
  readonly userAgent: string | null;
}

const userAgentLengthMax = 200;

export function callerAt(address: string, userAgent: string | null = null): Caller {
  return {
    address,
    network: networkOf(address),
    userAgent: userAgent?.slice(0, userAgentLengthMax) ?? null,
  };
}

/** An address may come from a header and be any text; a longer one is cut. */
const addressLengthMax = 64;

/** An IPv4 address; of an IPv6 address the /64, which one subscriber gets; any other text as it is. */
export function networkOf(address: string): string {
  const groups = ipv6Groups(address);
  if (!groups) return address.slice(0, addressLengthMax);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped
    ? ipv4Of(groups)
    : `${groups.slice(0, 4).map((group) => group.toString(16)).join(":")}::/64`;
}

/** The eight numbers of an IPv6 address; undefined for any other text. */
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
