import assert from "node:assert/strict";
import { render } from "../page_fixtures.ts";
import { accountPage, type AccountProps } from "./Account.tsx";

Deno.test("the account page shows the user and the devices, and can end it all", () => {
  const user = {
    username: "user1",
    email: null,
    firstName: "Ada",
    lastName: null,
    createdAt: Date.UTC(2026, 0, 2),
  };
  const sessions = [
    { id: "s1", userAgent: "curl/8.5.0", ageMs: 1_000, isPresent: true },
    { id: "s2", userAgent: null, ageMs: 3 * 3_600_000, isPresent: false },
  ];
  const props = { user, sessions, passwordLengthMin: 8, passwordLengthMax: 128 };
  const html = render(accountPage(props));
  assert.match(html, /<dd>user1<\/dd>.*<dd>Ada<\/dd>.*2026-01-02/);
  assert.match(html, /<b>curl<\/b>.*This device.*<b>Unknown device<\/b>.*Last used 3 h ago/);
  assert.match(html, /name="session" value="s2"/);
  assert.doesNotMatch(html, /name="session" value="s1"/);
  for (const action of ["end-session", "sign-out-everywhere", "change-password", "delete"]) {
    assert.ok(html.includes(`name="action" value="${action}"`), action);
  }
  assert.doesNotMatch(html, /<script|<details[^>]* open/);
  const wrong = render(accountPage({ ...props, fieldErrors: { password: "Wrong." } }));
  assert.match(wrong, /<details[^>]* open.*id="password-error">Wrong\./);
  assert.match(wrong, /<title>Error: /);
});

const sample: AccountProps = {
  user: { username: "ann", email: null, firstName: null, lastName: null, createdAt: 0 },
  sessions: [],
  passwordLengthMin: 8,
  passwordLengthMax: 128,
};

Deno.test("what is not known of a user is said to be so, and a full name is one line", () => {
  assert.equal(render(accountPage(sample)).match(/<dd>Not given<\/dd>/g)?.length, 2);
  const user = { ...sample.user, email: "a@b.example", firstName: "Ann", lastName: "<Bo>" };
  assert.match(render(accountPage({ ...sample, user })), /<dd>Ann &lt;Bo><\/dd>.*<dd>a@b\.example/);
});

Deno.test("the present device comes first, and each other button says which device it is for", () => {
  const other = { id: "s2", userAgent: "curl/8", ageMs: 1_000, isPresent: false };
  const sessions = [other, { ...other, id: "s1", userAgent: "Deno/2", isPresent: true }];
  const html = render(accountPage({ ...sample, sessions }));
  assert.match(html, /<b>Deno<\/b>.*This device.*<b>curl<\/b>/);
  assert.match(html, /aria-label="Sign out curl, used in the last 20 minutes"/);
});

Deno.test("a session of the last 20 minutes says so, an older one says when it was last used", () => {
  const at = (minutes: number) => ({
    id: "s",
    userAgent: null,
    ageMs: minutes * 60_000,
    isPresent: false,
  });
  const used = (minutes: number) => render(accountPage({ ...sample, sessions: [at(minutes)] }));
  assert.match(used(19), /Used in the last 20 minutes/);
  assert.match(used(21), /Last used 21 min ago/);
});

Deno.test("a change shows a status message; a fault shows an alert and begins the title with Error", () => {
  const done = render(accountPage({ ...sample, message: "Done." }));
  assert.match(done, /<title>Account ·.*role="status">Done\./);
  const faulty = render(accountPage({ ...sample, fieldErrors: { oldPassword: "Wrong." } }));
  assert.match(faulty, /<title>Error: Account.*<a href="#oldPassword">Wrong\./);
  assert.doesNotMatch(faulty, /<details[^>]* open/);
  assert.match(render(accountPage({ ...sample, error: "Gone." })), /role="alert"><p>Gone\./);
});

Deno.test("each form of a password names its user to the password manager, and no field holds one", () => {
  const html = render(accountPage(sample));
  assert.equal(html.match(/name="username" value="ann" autocomplete="username"/g)?.length, 2);
  assert.deepEqual(html.match(/autocomplete="[a-z]+-password"/g), [
    'autocomplete="current-password"',
    'autocomplete="new-password"',
    'autocomplete="current-password"',
  ]);
  assert.doesNotMatch(html, /<input type="password"[^>]*value=/);
});
