// Owns the clients of a chaos run: viewers on all instances, and users who change their lists. Injects no faults.

import { eventually } from "../support/redis_rig.ts";
import { createGuest, type Guest } from "./guest.ts";
import { startListEditor } from "./list_editor.ts";
import type { Topology } from "./topology.ts";
import { createUser } from "./users.ts";
import type { Verdict } from "./verdict.ts";
import { waitFor } from "./wait_for.ts";
import { watchedTickers } from "./watched_tickers.ts";
import { startWatcher, type Watcher } from "./watcher.ts";

export type Audience = Awaited<ReturnType<typeof startAudience>>;

const anonymousTickers = watchedTickers.slice(0, 25);
const userCount = 2;
const socketsPerUser = 2;
const anonymousSockets = 2;
const firstTicksMs = 60_000;
const deliveredWithinMs = 15_000;
const signInWithinMs = 30_000;

/** Resolves when all viewers have fresh prices. */
export async function startAudience(
  { topology, verdict }: { topology: Topology; verdict: Verdict },
) {
  const urls = topology.web.map(({ url }) => url);
  const common = { urls, record: topology.market, verdict };
  const users: Awaited<ReturnType<typeof createUser>>[] = [];
  while (users.length < userCount) users.push(await createUser(urls));

  const watchersOf = new Map(users.map((user) => {
    const options = { ...common, name: user.name, tickers: watchedTickers, token: user.token };
    return [user, Array.from({ length: socketsPerUser }, () => startWatcher(options))];
  }));
  const anonymous = { ...common, name: "anonymous", tickers: anonymousTickers };
  const watchers = [
    ...[...watchersOf.values()].flat(),
    ...Array.from({ length: anonymousSockets }, () => startWatcher(anonymous)),
  ];
  const isFresh = (since: number) => watchers.every((watcher) => watcher.isFresh(since));
  const begunAt = Date.now();
  if (await waitFor(() => isFresh(begunAt), firstTicksMs) === undefined) {
    const outputs = topology.instances.map(({ output }) => output());
    throw new Error(`No ticks came:\n${outputs.join("\n")}`);
  }
  const editorOf = new Map(users.map((user) => {
    return [user, startListEditor({ user, urls, tickers: watchedTickers, verdict })];
  }));
  const editors = [...editorOf.values()];

  /** Waits until the last change of a list has reached all sockets of its user. */
  async function checkDelivered() {
    for (const [user, { ledger }] of editorOf) {
      const isUpToDate = ({ listVersion }: Watcher) => listVersion() >= ledger.version();
      const areUpToDate = () => watchersOf.get(user)?.every(isUpToDate) ?? false;
      if (await waitFor(areUpToDate, deliveredWithinMs) !== undefined) continue;
      verdict.breach("a viewer did not receive a list's last change", user.name);
    }
  }

  return {
    /** True if all viewers have prices that were true after this time, and each editor's change sent after it was acknowledged. */
    hasRecovered: (since: number) =>
      isFresh(since) && editors.every((editor) => editor.hasAnswerSince(since)),
    withoutTicks: (since: number) =>
      watchers.filter((watcher) => !watcher.isFresh(since)).map(({ name }) => name),
    /** The time at which the oldest shown price was true, Unix ms. */
    oldestAsOf: () => Math.min(...watchers.map((watcher) => watcher.oldestAsOf())),
    /** The longest time that a viewer waited for a tick since the last call. */
    worstGapMs: () => Math.max(...watchers.map((watcher) => watcher.worstGapMs())),
    async inviteGuest(): Promise<Guest> {
      const [user] = users;
      if (!user) throw new Error("A run has users.");
      const token = await eventually(user.openSession, { withinMs: signInWithinMs });
      return createGuest({ token, urls, verdict });
    },
    secrets: () => users.flatMap((user) => user.secrets()),
    async close() {
      await Promise.all(editors.map((editor) => editor.close()));
      await checkDelivered();
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
    figures: () => ({
      ticks: sumOf(watchers, ({ ticks }) => ticks()),
      sockets: sumOf(watchers, ({ sockets }) => sockets()),
      dropped: sumOf(watchers, ({ dropped }) => dropped()),
      changes: sumOf(editors, ({ ledger }) => ledger.acknowledged()),
      changesUnknown: sumOf(editors, ({ ledger }) => ledger.unknown()),
    }),
  };
}

function sumOf<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}
