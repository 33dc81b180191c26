/** Which hosts a certificate's name is good for, and which names one may be requested for. */
import assert from "node:assert/strict";
import { coversHost, hostNamePattern } from "../../src/core/base/certificateNames";

describe("a certificate's name", () => {
  const table: readonly [name: string, host: string, covers: boolean][] = [
    ["shop.example.com", "shop.example.com", true],
    ["Shop.Example.COM", "shop.example.com.", true],
    ["shop.example.com", "www.shop.example.com", false],
    ["*.example.com", "shop.example.com", true],
    ["*.example.com", "a.shop.example.com", false],
    ["*.example.com", "example.com", false],
    ["*.example.com", ".example.com", false],
    ["*.example.com", "*.example.com", false],
    ["*.shop.example.com", "shop.example.com", false],
    ["*.com", "example.com", true],
    ["s*p.example.com", "shop.example.com", false],
    ["example.com", "badexample.com", false],
    ["*.example.com", "shop.badexample.com", false],
  ];
  for (const [name, host, covers] of table)
    it(`${name} is ${covers ? "" : "not "}good for ${host}`, () => assert.equal(coversHost(name, host), covers));
});

describe("a host name", () => {
  it("has two labels at least, in lower case, of at most 63 signs, 253 in all", () => {
    const label = "a".repeat(63);
    const long = [label, label, label, "a".repeat(57), "de"].join(".");
    for (const name of ["a.de", "shop.example.com", "xn--bcher-kva.example", `${label}.example.com`, long])
      assert.ok(hostNamePattern.test(name), name);
    for (const name of [
      "shop",
      "Shop.example.com",
      "*.example.com",
      "-a.example.com",
      "a-.example.com",
      "a..com",
      ".com",
    ])
      assert.ok(!hostNamePattern.test(name), name);
    for (const name of [`a${label}.example.com`, `b.${long}`, "a.de.", "a.de/", "a_b.de", "a.d", ""])
      assert.ok(!hostNamePattern.test(name), name);
  });
});
