import assert from "node:assert/strict";
import fc from "fast-check";
import { callerAt, networkOf, parseUsername } from "./identity.ts";

Deno.test("the network of an IPv4 address is the address itself, also if it is written as IPv6", () => {
  assert.equal(networkOf("192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("::FFFF:c000:0201"), "192.0.2.1");
});

Deno.test("the network of an IPv6 address is its /64", () => {
  const network = "2001:db8:0:7::/64";
  for (const address of ["2001:db8:0:7::1", "2001:0DB8:0:7:ffff:1:2:3", "2001:db8:0:7::%eth0"]) {
    assert.equal(networkOf(address), network);
  }
  assert.notEqual(networkOf("2001:db8:0:8::1"), network);
  assert.equal(networkOf("::1"), "0:0:0:0::/64");
});

Deno.test("the network of any other text is the text, cut to 64 characters", () => {
  assert.equal(networkOf("unknown"), "unknown");
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
    assert.ok(networkOf(text).length <= 64);
    assert.equal(networkOf(text), networkOf(text));
  }));
  fc.assert(
    fc.property(fc.ipV6(), (address) => assert.match(networkOf(address), /::\/64$|^[\d.]+$/)),
  );
});

Deno.test("capitals and blanks around a username are ignored; other characters are refused", () => {
  assert.equal(parseUsername("  User1 "), "user1");
  for (const text of ["", "ab", "x".repeat(33), "not a name", "ünal", "a/b"]) {
    assert.equal(parseUsername(text), undefined, text);
  }
});

Deno.test("a caller has the address, its network, and at most 200 characters of the user agent", () => {
  const caller = callerAt("2001:db8::1", "x".repeat(1_000));
  assert.equal(caller.network, "2001:db8:0:0::/64");
  assert.equal(caller.userAgent?.length, 200);
  assert.equal(callerAt("192.0.2.1").userAgent, null);
});
