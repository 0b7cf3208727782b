// Owns what a registration must look like: the rules of each field, with a sentence for each fault. Makes no user.

import { z } from "zod";
import { parseUsername } from "../identity.ts";
import { passwordFaultTexts } from "./auth.ts";
import { passwordFault } from "./passwords/rules.ts";

/** Longer than any field's own bound, so that a huge text is refused before it is looked at. */
const textLengthMax = 200;
export const passwordTextMax = 1_000;

/** An empty field of a form is a field left out. */
const optionalText = z.string().trim().max(textLengthMax)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "Use printable characters.")
  .nullish().transform((text) => text || null);

/** Parses into a `Registration`. All faults are found at once, so that a form can show each beside its field. */
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
