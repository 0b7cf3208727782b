// Owns a small browser without JavaScript for tests: it sends forms, stores cookies, and follows no redirect by itself.

export interface FormAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly text: string;
}

export interface FormClient {
  get(path: string): Promise<FormAnswer>;
  post(
    path: string,
    fields: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<FormAnswer>;
  /** The Cookie header that the client would send. */
  cookie(): string;
}

export interface FormClientOptions {
  /** For a server whose certificate only the test trusts. */
  readonly client?: Deno.HttpClient;
}

export function createFormClient(url: string, { client }: FormClientOptions = {}): FormClient {
  const cookies = new Map<string, string>();
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

  async function send(path: string, init: RequestInit): Promise<FormAnswer> {
    const response = await fetch(url + path, {
      redirect: "manual",
      ...init,
      headers: { accept: "text/html", cookie: cookie(), ...init.headers },
      ...(client ? { client } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const { status, headers } = response;
    return { status, location: headers.get("location"), headers, text: await response.text() };
  }

  return {
    cookie,
    get: (path) => send(path, {}),
    post: (path, fields, headers = {}) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "sec-fetch-site": "same-origin", ...headers },
      }),
  };
}
