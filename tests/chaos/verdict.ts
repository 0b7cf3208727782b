// Owns the violations that a chaos run found: each kind with its count and its first examples. Checks nothing itself.

export interface Violation {
  readonly kind: string;
  readonly examples: string[];
  count: number;
}

export interface Verdict {
  breach(kind: string, example: string): void;
  violations(): readonly Violation[];
}

/** Further examples are only counted. */
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
