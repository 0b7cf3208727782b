import fc from "fast-check";
import assert from "node:assert/strict";
import { createRedisClient } from "../../lib/bus/redis/client.ts";
import type { RedisBounds, RedisTimes } from "../../lib/bus/redis/keys.ts";
import type { ScriptName } from "../../lib/bus/redis/scripts.ts";
import { openStream } from "../../lib/bus/redis/stream.ts";
import { createClock } from "../../lib/clock.ts";
import { startGateway, startRedis } from "../support/redis.ts";
import { eventually } from "../support/redis_rig.ts";
import { createRedisModel } from "./redis_model.ts";

const times: RedisTimes = {
  wantTtlMs: 30_000,
  announcementsKeptMs: 1_200_000,
  dataTtlMs: 86_400_000,
};
/** Small, so that short sequences reach the bounds. */
const bounds: RedisBounds = {
  partBytesMax: 64,
  snapshotTickersMax: 3,
  announcementsMax: 4,
  instancesMax: 2,
};
const prefix = "model";
/** A message that takes longer counts as lost. */
const withinMs = 2_000;
const clock = createClock();

type Step = (seen: Seen) => [script: ScriptName, args: (string | number)[]] | "empty";

/** Values of earlier answers, for the arguments of later steps. */
interface Seen {
  readonly epochs: string[];
  readonly ids: string[];
  readonly generations: string[];
}

const holder = fc.constantFrom("one", "one", "one", "two");
const seq = fc.integer({ min: 1, max: 4 });
/** Mostly the newest. */
const back = fc.constantFrom(0, 0, 0, 1, 2);
const symbols = fc.uniqueArray(fc.constantFrom("A", "BRK.B", "C", "D", "E"), { maxLength: 3 });
const number = fc.integer({ min: 1, max: 3 });
const ranks = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6, size: "max" });
const body = fc.constantFrom('{"kind":"catalog_changed"}', '{"kind":"other","name":"Größe"}');
const seenBefore = (list: readonly string[], back: number) => list.at(-1 - back) ?? "";

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(holder, fc.constantFrom(60_000, 90_000), fc.constantFrom(0, 9e15)).map(
    ([holder, ttl, seen]): Step => () => ["takeLease", [holder, ttl, seen]],
  ),
  fc.tuple(holder, back, fc.constantFrom(60_000, 120_000)).map(
    ([holder, back, ttl]): Step => ({ epochs }) => [
      "renewLease",
      [holder, seenBefore(epochs, back), ttl],
    ],
  ),
  fc.tuple(holder, back).map(
    ([holder, back]): Step => ({ epochs }) => ["releaseLease", [holder, seenBefore(epochs, back)]],
  ),
  { weight: 4, arbitrary: fc.tuple(holder, back, seq, symbols, symbols).map(publishing) },
  fc.tuple(back, seq, back, back).map(
    ([back, seq, ofGeneration, ofId]): Step => ({ epochs, generations, ids }) => [
      "read",
      [
        seenBefore(epochs, back) || 0,
        seq,
        ["new", "", ...generations].at(-1 - ofGeneration) ?? "",
        seenBefore(ids, ofId) || "0-0",
      ],
    ],
  ),
  body.map((body): Step => () => ["announce", [body]]),
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constantFrom("i", "j", "k"),
      number,
      fc.option(body),
      symbols,
      symbols,
      ranks,
    )
      .map(
        ([instance, number, body, signedIn, others, ranks]): Step => () => [
          "want",
          wantArgs({ instance, number, body: body ?? "", signedIn, others, ranks }),
        ],
      ),
  },
  { weight: 2, arbitrary: fc.constant((): ReturnType<Step> => ["wanted", ["model:{bus}:wants"]]) },
  fc.constant((): ReturnType<Step> => "empty"),
);

function wantArgs({ instance, number, body, signedIn, others, ranks }: {
  instance: string;
  number: number;
  body: string;
  signedIn: readonly string[];
  others: readonly string[];
  ranks: readonly number[];
}): (string | number)[] {
  const tickers = [...signedIn, ...others];
  const ranked = ranks.slice(0, tickers.length).flatMap((rank, index) => [rank, tickers[index]!]);
  const counts = [signedIn.length, tickers.length];
  return ["model:{bus}:wants", instance, number, body, ...counts, ...tickers, ...ranked];
}

function publishing(
  [holder, back, seq, changed, unchanged]: [string, number, number, string[], string[]],
): Step {
  return ({ epochs }) => {
    const epoch = seenBefore(epochs, back);
    const texts = changed.flatMap((ticker) => [ticker, `["${ticker}",${seq},"some source"]`]);
    const head = `{"epoch":${epoch || 0},"seq":${seq}}`;
    const others = unchanged.filter((ticker) => !changed.includes(ticker));
    return ["publish", [holder, epoch, seq, head, `7 ${seq}`, changed.length, ...texts, ...others]];
  };
}

async function openBoth() {
  const redis = await startRedis();
  const gateway = await startGateway({ redisUrl: redis.url });
  const { url, token } = gateway;
  const client = createRedisClient({ url, token, prefix, clock, times, bounds });
  const stop = new AbortController();
  const channel = "model:{bus}:channel";
  const stream = await openStream({ url, token, channel, clock, stop, onActivity() {} });
  const received: string[] = [];
  const listening = (async () => {
    for await (const message of stream) received.push(message);
  })();

  async function ask(...command: (string | number)[]): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(command) });
    return (await answer.json()).result;
  }

  return {
    client,
    received,
    ask,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await listening;
      await gateway.close();
      await redis.close();
    },
  };
}

type Both = Awaited<ReturnType<typeof openBoth>>;

/** Runs each step on both, Redis first. If the answer shows the time of Redis, the model gets the same time. */
async function compare({ client, received, ask }: Both, steps: readonly Step[]) {
  await ask("FLUSHALL");
  let micros = 0;
  let longestMs = 0;
  const model = createRedisModel({ times, bounds, nowMicros: () => micros });
  const published: string[] = [];
  model.subscribe((message) => published.push(message));
  received.length = 0;
  const seen: Seen = { epochs: [], ids: [], generations: [] };

  /** The last step always publishes, so that no unexpected message can still be on its way. */
  for (const step of [...steps, (): ReturnType<Step> => ["announce", ['{"kind":"end"}']]]) {
    const command = step(seen);
    if (command === "empty") {
      await ask("FLUSHALL");
      model.empty();
      continue;
    }
    // Redis orders instances by milliseconds.
    if (command[0] === "want") await clock.sleep(2);
    const before = Date.now();
    const answer = await client.run(...command);
    const after = Date.now();
    longestMs = Math.max(longestMs, after - before);
    const announced = announces(command, answer)
      ? await eventually(() => announcementOf(received[published.length]), { withinMs })
      : undefined;
    micros = timeShown({ answer, announced, before, after, seen }) ?? before * 1_000;
    assert.deepEqual(sorted(model.run(...command)), sorted(answer), command.join(" "));
    const [epoch] = command[0] === "takeLease" ? listOf(answer) : [];
    if (epoch !== undefined) seen.epochs.push(String(epoch));
    if (announced) {
      seen.ids.push(announced.id);
      seen.generations.push(announced.generation);
    }
  }
  await eventually(() => assert.deepEqual(received, published), { withinMs });
  await compareEndings({ ask, model, toleranceMs: longestMs });
}

function announces([script, args]: Exclude<ReturnType<Step>, "empty">, answer: unknown): boolean {
  return script === "announce" || (script === "want" && answer === 1 && args[3] !== "") ||
    (script === "releaseLease" && answer === 1);
}

function announcementOf(message: string | undefined): { id: string; generation: string } {
  assert.ok(message);
  return JSON.parse(message);
}

/** The time of Redis in microseconds, if the answer or the announcement shows it. */
function timeShown({ answer, announced, before, after, seen }: {
  answer: unknown;
  announced: { id: string; generation: string } | undefined;
  before: number;
  after: number;
  seen: Seen;
}): number | undefined {
  const isNow = (ms: number) => ms >= before && ms <= after;
  if (!announced) {
    const [epoch] = listOf(answer);
    return isNow(Number(epoch)) ? Number(epoch) * 1_000 : undefined;
  }
  if (!seen.generations.includes(announced.generation)) {
    const [seconds = 0, micros = 0] = announced.generation.split(".").map(Number);
    return seconds * 1e6 + micros;
  }
  const [at = 0] = announced.id.split("-").map(Number);
  return isNow(at) ? at * 1_000 : undefined;
}

/** Hashes and sets of Redis have no order, so their lists are sorted before the comparison. Ranks have one. */
function sorted(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  const isOrdered = answer.length !== 3 && answer.length !== 7;
  if (isOrdered) return answer;
  return answer.map((part, index) => {
    if (!Array.isArray(part) || index === 6) return part;
    if (index === 2) return answer.length === 7 ? pairs(part).sort() : part;
    return part.toSorted();
  });
}

function listOf(answer: unknown): unknown[] {
  return Array.isArray(answer) ? answer : [];
}

function pairs(flat: readonly string[]): string[] {
  return flat.flatMap((field, index) => index % 2 === 0 ? [`${field} ${flat[index + 1]}`] : []);
}

/** Redis reads its clock separately for expiry and for TIME. */
const roundingMs = 2;

async function compareEndings({ ask, model, toleranceMs }: {
  ask: Both["ask"];
  model: ReturnType<typeof createRedisModel>;
  toleranceMs: number;
}) {
  const endings = model.endings();
  const keys = await ask("KEYS", "*");
  assert.ok(Array.isArray(keys));
  const names = keys.map((key: string) => key.replace(`${prefix}:{bus}:`, ""));
  assert.deepEqual(names.toSorted(), [...endings.keys()].toSorted());
  for (const [index, key] of keys.entries()) {
    const endsAt = Number(await ask("PEXPIRETIME", key));
    const late = endsAt - (endings.get(names[index] ?? "") ?? 0);
    const isClose = late >= -roundingMs && late <= toleranceMs + roundingMs;
    assert.ok(isClose, `${key} ends ${late} ms after the model's`);
  }
}

Deno.test("the model answers, publishes and expires keys as a real Redis does with the scripts of the bus", async () => {
  await using both = await openBoth();
  const sequences = fc.array(step, { minLength: 1, maxLength: 25, size: "max" });
  await fc.assert(fc.asyncProperty(sequences, (steps) => compare(both, steps)), { numRuns: 150 });
});

Deno.test("the keys of the model expire by its own clock: interest after 30 s, a lease after its time, announcements by age", () => {
  let now = 1_700_000_000_000;
  const model = createRedisModel({ times, bounds, nowMicros: () => now * 1_000 });
  const want = ["wants", "i", 1, "", 1, 2, "A", "B", 7, "A"];
  model.run("want", want);
  const [epoch] = listOf(model.run("takeLease", ["one", 6_000, 0]));
  model.run("announce", ['{"kind":"first"}']);
  now += 5_999;
  assert.deepEqual(model.run("takeLease", ["two", 6_000, 0]), []);
  now += 1;
  assert.deepEqual(model.run("publish", ["one", String(epoch), 1, "{}", "0 0", 0]), [
    "stale_epoch",
  ]);
  const taken = [String(Number(epoch) + 6_000), "0", "0"];
  assert.deepEqual(model.run("takeLease", ["two", 6_000, 0]), taken);
  now += 23_999;
  assert.deepEqual(model.run("wanted", ["wants"]), [["A"], ["B"], ["A", "7"]]);
  now += 1;
  assert.deepEqual(model.run("wanted", ["wants"]), [[], [], []]);
  now += times.announcementsKeptMs - 30_000 - 1;
  model.run("announce", ['{"kind":"second"}']);
  const missed = () => Object(model.run("read", [0, 0, "", "0-0"]))[6];
  assert.equal(missed().length, 2);
  now += 2;
  model.run("announce", ['{"kind":"third"}']);
  assert.deepEqual(missed(), ['{"kind":"second"}', '{"kind":"third"}']);
  now += times.announcementsKeptMs;
  assert.deepEqual(missed(), []);
});
