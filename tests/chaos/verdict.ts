// Owns what a chaos run found broken: each kind of violation with its count and its first examples. Judges nothing itself.

export interface Violation {
  readonly kind: string;
  readonly examples: string[];
  count: number;
}

export interface Verdict {
  breach(kind: string, example: string): void;
  violations(): readonly Violation[];
}

/** Of more only the count is kept. */
const examplesMax = 3;

export function createVerdict(): Verdict {
  const found = new Map<string, Violation>();
  return {
    breach(kind, example) {
      const violation = found.get(kind) ?? { kind, examples: [], count: 0 };
      found.set(kind, violation);
      violation.count++;
      if (violation.examples.length < examplesMax) {
        violation.examples.push(`${new Date().toISOString()} ${example}`);
      }
    },
    violations: () => [...found.values()],
  };
}
