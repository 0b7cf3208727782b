// Owns the stable error codes with their public texts. Knows no HTTP framework.

/** The status and the public text of each code. Clients depend on the codes, so a code never changes its meaning. */
export const problems = {
  bad_request: [400, "The request could not be understood."],
  invalid_body: [400, "The body is not what this route takes."],
  invalid_query: [400, "A query parameter is not what this route takes."],
  invalid_ticker: [400, "That is not a ticker."],
  invalid_credentials: [401, "The username or the password is wrong."],
  invalid_token: [401, "The sign-in is missing, expired or not valid."],
  forbidden_origin: [403, "Requests from this origin are not accepted."],
  registration_closed: [403, "New accounts are not taken here."],
  invalid_invite: [403, "A new account needs an invitation that was not used and has not expired."],
  not_found: [404, "There is nothing at this address."],
  unknown_ticker: [404, "No such ticker is known here."],
  not_on_list: [404, "That ticker is not on the list."],
  unknown_list: [404, "There is no such list."],
  unknown_session: [404, "You have no such open session."],
  method_not_allowed: [405, "This address does not take that method."],
  body_too_slow: [408, "The body did not arrive in time."],
  username_taken: [409, "That username is taken."],
  list_full: [409, "The list is full: 200 tickers is the most it holds."],
  too_many_lists: [409, "You have 50 lists, which is the most there can be."],
  last_list: [409, "The only list cannot be deleted."],
  set_differs: [409, "The new order must hold exactly the tickers of the list."],
  invalid_reset: [410, "This link was used already, has expired or is not complete."],
  version_differs: [412, "The list has changed since; read it again."],
  body_too_large: [413, "That is too large: 64 KB is the most."],
  unsupported_media_type: [415, "Send application/json."],
  unknown_host: [
    421,
    "This development server takes only local names such as localhost. To take others, set HOST=0.0.0.0 or name the origin in ALLOWED_ORIGINS.",
  ],
  upgrade_required: [426, "This address speaks WebSocket."],
  rate_limited: [429, "Too many attempts; wait and try again."],
  internal: [500, "Something went wrong on our side."],
  busy: [503, "The service has too much to do; try again shortly."],
  unavailable: [503, "The service is busy or starting; try again shortly."],
} as const satisfies Record<string, readonly [status: number, text: string]>;

export type ProblemCode = keyof typeof problems;

/** The client should retry after this time: the queues are shorter then, and a store is often reachable again. */
const unavailableSeconds = 2;
/** Memory that a flood took is free again after some seconds, or the process has started again. */
const busySeconds = 10;

/** The headers that each error with the code has. */
const headersOf: Readonly<Partial<Record<ProblemCode, Readonly<Record<string, string>>>>> = {
  busy: { "Retry-After": String(busySeconds) },
  unavailable: { "Retry-After": String(unavailableSeconds) },
  invalid_token: { "WWW-Authenticate": "Bearer" },
};

export interface ProblemOptions {
  readonly detail?: string | undefined;
  readonly field?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly cause?: unknown;
}

/** An error for the client: it has a stable code and a public text. Its cause is for the log only. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly status: typeof problems[ProblemCode][0];
  readonly headers: Record<string, string>;
  /** The faulty field of the body or the form. */
  readonly field: string | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const [status, text] = problems[code];
    super(options.detail ?? text, { cause: options.cause });
    this.code = code;
    this.status = status;
    this.field = options.field;
    this.headers = { ...headersOf[code], ...options.headers };
  }
}

/** A fault that the operator can correct. The program shows it as one sentence and ends with exit code 1. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}
