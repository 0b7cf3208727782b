// Owns the report of an import on the page: how many stocks were added, and the outcome of each line.

import type { JSX } from "preact";

export type ImportOutcome = "added" | "present" | "unknown_ticker" | "invalid" | "list_full";

export interface ImportReportProps {
  readonly added: number;
  readonly report: readonly {
    readonly line: number;
    readonly text: string;
    readonly ticker: string | null;
    readonly outcome: ImportOutcome;
    /** More about a former ticker. */
    readonly note?: string;
  }[];
  /** Lines beyond those of the report. */
  readonly leftOff: number;
}

const outcomeTexts: Readonly<Record<ImportOutcome, string>> = {
  added: "Added",
  present: "On the list already",
  unknown_ticker: "Not known here",
  invalid: "Not a ticker",
  list_full: "No room: the list is full",
};

export function ImportReport({ added, report, leftOff }: ImportReportProps): JSX.Element {
  return (
    <section class="report" aria-labelledby="report-title">
      <h2 id="report-title">{titleOf(added)}</h2>
      {report.length === 0 ? <p>There was no ticker in the text.</p> : (
        // A region that scrolls is reached by keyboard.
        <div class="report-lines" tabIndex={0} role="group" aria-labelledby="report-title">
          <table>
            <thead class="visually-hidden">
              <tr>
                <th scope="col">Line</th>
                <th scope="col">Text</th>
                <th scope="col">Outcome</th>
              </tr>
            </thead>
            <tbody>
              {report.map(({ line, text, outcome, note }, index) => (
                <tr key={index} data-outcome={outcome}>
                  <td class="number">{line}</td>
                  <td>{text}</td>
                  <td>{note ? `${outcomeTexts[outcome]}: ${note}` : outcomeTexts[outcome]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {leftOff > 0 && <p>{leftOff} more are not shown.</p>}
    </section>
  );
}

function titleOf(added: number): string {
  if (added === 0) return "Imported: nothing new";
  return added === 1 ? "Imported: 1 stock added" : `Imported: ${added} stocks added`;
}
