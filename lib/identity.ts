// Owns the types for the user and the client of a request: identity, username, caller. Each is parsed once, at the edge.

declare const brand: unique symbol;

/** 3 to 32 characters of a-z, 0-9, dot, hyphen and underscore. */
export type Username = string & { readonly [brand]: "Username" };

const usernamePattern = /^[a-z0-9_.-]{3,32}$/;

/** Ignores capitals and surrounding blanks. Undefined if no user can have this name. */
export function parseUsername(text: string): Username | undefined {
  const normalized = normalizeUsername(text);
  return usernamePattern.test(normalized) ? normalized as Username : undefined;
}

export function normalizeUsername(text: string): string {
  return text.trim().toLowerCase();
}

/** The user and the session that a verified token identifies. */
export interface Identity {
  readonly userId: string;
  readonly username: string;
  readonly sessionId: string;
  /** The time at which the token must be renewed, Unix ms. */
  readonly expiresAt: number;
}

/** The client of a request. */
export interface Caller {
  readonly address: string;
  /** Limits count by network, because one subscriber may have many neighbouring addresses. */
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

/** An address from a header may be any text, so a longer one is cut. */
const addressLengthMax = 64;

/** For an IPv6 address its /64, which usually belongs to one subscriber. For an IPv4 address or any other text, the text itself. */
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
  // The URL parser accepts all spellings of an address and returns always the same one.
  const text = URL.parse(`http://[${plain}]/`)?.hostname.slice(1, -1);
  if (text === undefined) return undefined;
  const [start = [], end = []] = text.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array<string>(8 - start.length - end.length).fill("0");
  return [...start, ...zeros, ...end].map((group) => parseInt(group, 16));
}

function ipv4Of(groups: readonly number[]): string {
  return groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]).join(".");
}
