// Owns the rules for each field of a registration, with a message for each fault. Creates no user.

import { z } from "zod";
import { parseUsername } from "../identity.ts";
import { passwordFaultTexts } from "./auth.ts";
import { passwordFault } from "./passwords/rules.ts";

/** Larger than the bounds of the fields themselves, so that a huge text is refused before any other check. */
const textLengthMax = 200;
export const passwordTextMax = 1_000;

/** A form sends an empty text for a field that the user left empty, so an empty text becomes null. */
const optionalText = z.string().trim().max(textLengthMax)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "Use printable characters.")
  .nullish().transform((text) => text || null);

/** Parses a `Registration`. Reports all faults at once, so that a form can show each one beside its field. */
export const registrationSchema = z.object({
  username: z.string().max(textLengthMax).transform((text, context) => {
    const username = parseUsername(text);
    if (username) return username;
    context.addIssue("Use 3 to 32 of a–z, 0–9, dot, hyphen and underscore.");
    return z.NEVER;
  }),
  password: z.string().max(passwordTextMax).superRefine((password, context) => {
    refusePassword(password, { username: "", context, path: [] });
  }),
  email: optionalText.pipe(z.email("This is not an email address.").nullable()),
  firstName: optionalText,
  lastName: optionalText,
  invite: z.string().max(textLengthMax).optional(),
}).superRefine(({ username, password }, context) => {
  refusePassword(password, { username, context, path: ["password"] });
});

function refusePassword(
  password: string,
  { username, context, path }: { username: string; context: z.RefinementCtx; path: string[] },
) {
  const fault = passwordFault(password, { username });
  if (fault) context.addIssue({ code: "custom", path, message: passwordFaultTexts[fault] });
}
