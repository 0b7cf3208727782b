// Owns the list of dependencies of the routes. main.ts creates each of them once, so none is global.

import type { Auth } from "./auth/auth.ts";
import type { Bus } from "./bus/bus.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Hub } from "./hub/hub_ports.ts";
import type { Log } from "./log.ts";
import type { DaySeries } from "./market/day_series.ts";
import type { RequestInterest } from "./interest/interest.ts";
import type { ListChanges } from "./lists/list_changes.ts";
import type { Metrics } from "./metrics.ts";
import type { Assets } from "./render/assets.ts";
import type { Securities } from "./securities/securities.ts";
import type { Store } from "./store/store.ts";

export interface Deps {
  readonly config: Pick<
    Config,
    | "allowedOrigins"
    | "host"
    | "trustedProxies"
    | "production"
    | "tls"
    | "role"
    | "pollIntervalMs"
    | "devBuild"
    | "metricsToken"
    | "registration"
  >;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly bus: Bus;
  readonly auth: Auth;
  readonly securities: Securities;
  readonly hub: Hub;
  readonly interest: RequestInterest;
  readonly lists: ListChanges;
  readonly daySeries: DaySeries;
  /** The built files, by their hashed names. */
  readonly assets: Assets;
  /** The name and the notice of the quote source, which the pages show. */
  readonly source: { readonly name: string; readonly notice: string };
  /** True once the migrations are done and the demo users exist. */
  readonly isPrepared: () => boolean;
  /** True while new sockets and costly requests are refused with `busy`. */
  readonly isShortOfMemory: () => boolean;
}
