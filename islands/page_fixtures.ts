// Owns a page for tests of what needs a DOM: happy-dom in this process, a faked clock, and a server that the test plays.

import FakeTimers from "@sinonjs/fake-timers";
import { Window } from "happy-dom";
import { type ComponentChild, hydrate, options, render } from "preact";
import { act } from "preact/test-utils";
import { FakeSocket } from "./live/fake_socket.ts";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface TestPage {
  /** What the page asked the server for. */
  readonly requests: Request[];
  /** Where the page went. */
  readonly visits: string[];
  /** What the page opened; the test plays the server. */
  readonly sockets: (FakeSocket & { readonly url: string })[];
  /** Answers the next request that waits, or the next that comes. */
  answer(response: Response): Promise<void>;
  /** The request that waits gets no answer, as without a network. */
  refuse(): Promise<void>;
  show(content: ComponentChild): Promise<void>;
  /** Brings to life what the server rendered. */
  hydrate(content: ComponentChild): Promise<void>;
  /** Turns the clock; what it starts has ended then. */
  pass(ms: number): Promise<void>;
  find<T extends HTMLElement>(selector: string): T;
  /** The texts of all such elements. */
  texts(selector: string): string[];
  /** By mouse or finger. */
  press(selector: string): Promise<MouseEvent>;
  /** By the button, or by Enter. */
  submit(form: string, button?: HTMLElement | null): Promise<SubmitEvent>;
  key(key: string, init?: KeyboardEventInit): Promise<KeyboardEvent>;
  /** Dispatches it where a user's would begin. */
  dispatch<E extends Event>(target: EventTarget, event: E): Promise<E>;
  [Symbol.asyncDispose](): Promise<void>;
}

const startMs = Date.UTC(2026, 2, 11, 14, 30);
/** What islands use of a browser. */
const borrowed = [
  ...["document", "addEventListener", "removeEventListener", "DOMParser", "Node", "Element"],
  ...["HTMLElement", "HTMLButtonElement", "Event", "KeyboardEvent", "MouseEvent", "SubmitEvent"],
] as const;

/** One page at a time: it takes the place of the globals until it is disposed of. */
export function openPage(html = ""): TestPage {
  const window = new Window({
    url: "http://127.0.0.1/watchlist",
    settings: { navigation: { disableMainFrameNavigation: true } },
  });
  const timers = FakeTimers.install({
    now: startMs,
    toFake: ["setTimeout", "clearTimeout", "Date"],
  });
  const requests: Request[] = [];
  const visits: string[] = [];
  const sockets: PageSocket[] = [];
  class PageSocket extends FakeSocket {
    constructor(readonly url: string) {
      super();
      sockets.push(this);
    }
  }
  const waiting: PromiseWithResolvers<Response>[] = [];
  const answers: Response[] = [];

  function fetch(input: string, init: RequestInit = {}): Promise<Response> {
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    requests.push({ method: init.method ?? "GET", path: input, body });
    const answer = answers.shift();
    if (answer) return Promise.resolve(answer);
    const pending = Promise.withResolvers<Response>();
    waiting.push(pending);
    return pending.promise;
  }
  const replaced = replaceGlobals({
    ...Object.fromEntries(borrowed.map((name) => [name, bound(window, name)])),
    fetch,
    WebSocket: PageSocket,
    location: { origin: "http://127.0.0.1", assign: (url: string) => void visits.push(url) },
  });
  document.body.innerHTML = html;
  // What Preact does after a paint is done when the clock is turned.
  options.requestAnimationFrame = (work) => void setTimeout(work);

  const settled = () => act(async () => void await timers.tickAsync(0));
  async function dispatch<E extends Event>(target: EventTarget, event: E): Promise<E> {
    await act(() => void target.dispatchEvent(event));
    await settled();
    return event;
  }
  async function draw(work: () => void) {
    await act(work);
    await settled();
  }
  function find<T extends HTMLElement>(selector: string): T {
    const element = document.querySelector<T>(selector);
    if (!element) throw new Error(`There is no ${selector} in ${document.body.innerHTML}`);
    return element;
  }
  return {
    requests,
    visits,
    sockets,
    find,
    dispatch,
    async answer(response) {
      const pending = waiting.shift();
      if (pending) pending.resolve(response);
      else answers.push(response);
      await settled();
    },
    async refuse() {
      waiting.shift()?.reject(new TypeError("No network."));
      await settled();
    },
    show: (content) => draw(() => render(content, document.body)),
    hydrate: (content) => draw(() => hydrate(content, document.body)),
    pass: (ms) => act(async () => void await timers.tickAsync(ms)),
    texts: (selector) =>
      [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? ""),
    press: (selector) =>
      dispatch(find(selector), new MouseEvent("click", { bubbles: true, cancelable: true })),
    submit: (form, submitter = null) =>
      dispatch(
        find(form),
        new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter }),
      ),
    key: (key, init) =>
      dispatch(
        document.activeElement ?? document.body,
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }),
      ),
    async [Symbol.asyncDispose]() {
      await act(() => render(null, document.body));
      timers.uninstall();
      await window.happyDOM.close();
      replaced.restore();
    },
  };
}

function bound(window: Window, name: typeof borrowed[number]): unknown {
  const value: unknown = Reflect.get(window, name);
  return name.endsWith("EventListener") && typeof value === "function" ? value.bind(window) : value;
}

function replaceGlobals(values: Record<string, unknown>) {
  const former = new Map<string, PropertyDescriptor | undefined>();
  for (const [name, value] of Object.entries(values)) {
    former.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return {
    restore() {
      for (const [name, descriptor] of former) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        else Reflect.deleteProperty(globalThis, name);
      }
    },
  };
}
