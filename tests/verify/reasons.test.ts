import { describe, expect, it } from "vitest";
import { hide } from "../../rehearsal/values.ts";
import { formatInput, hiding, parseInput, readAnswer, readError, readLog } from "../../src/verify/reasons.ts";

describe("an answer of a provider", () => {
  it("says its place in the property", () => {
    expect(readAnswer({ property: "settings.tier", reason: "unknown tier." }, "db", {})).toEqual({
      input: ["settings", "tier"],
      reason: "unknown tier",
    });
  });

  it("says its place at its end, below the resource's name, which may hold dots", () => {
    const reason = "Invalid or unknown key. Examine values at 'shop.example.ports[0].extrenal'.";
    expect(readAnswer({ property: "", reason }, "shop.example", {})).toEqual({
      input: ["ports", 0, "extrenal"],
      reason: "Invalid or unknown key",
    });
  });

  it("begins with the input, when there is one of that name", () => {
    const reason = 'memory: strconv.ParseInt: parsing "x": invalid syntax';
    expect(readAnswer({ property: "", reason }, "a", { memory: "x" }).input).toEqual(["memory"]);
    expect(readAnswer({ property: "", reason }, "a", {}).input).toBeUndefined();
  });

  it("says each sentence once, on one line", () => {
    const twice = "'5 parsecs' is not a valid duration. '5 parsecs' is not a valid duration";
    expect(readAnswer({ property: "", reason: twice }, "a", {}).reason).toBe(
      "'5 parsecs' is not a valid duration",
    );
    expect(readAnswer({ property: "", reason: "one\n\t two.." }, "a", {}).reason).toBe("one two");
  });

  it("does not fill the screen", () => {
    const { reason } = readAnswer({ property: "", reason: "x".repeat(5000) }, "a", {});
    expect(reason).toHaveLength(400);
    expect(reason.endsWith("…")).toBe(true);
  });
});

describe("an error of a call", () => {
  it("is one reason without the resource's urn", () => {
    expect(readError("diffing urn:pulumi:prod::shop::a:b:C::d: no such zone", "d", {})).toEqual([
      { reason: "no such zone" },
    ]);
  });

  it("may hold several reasons", () => {
    const message =
      "diffing urn:pulumi:prod::shop::a:b:C::d: 2 errors occurred:\n\t* tier: no such tier\n\t* no such zone\n\n";
    expect(readError(message, "d", { tier: 1 })).toEqual([
      { input: ["tier"], reason: "tier: no such tier" },
      { reason: "no such zone" },
    ]);
  });
});

describe("a line of a plugin's log", () => {
  const urn = "urn:pulumi:prod::shop::a:b:C::d";

  it("is a finding about its resource", () => {
    const message = `${urn} verification warning: "x" is deprecated`;
    expect(readLog({ severity: "warning", urn, message })).toEqual({
      urn,
      severity: "warning",
      reason: '"x" is deprecated',
    });
  });

  it("names the input whose type is not the schema's", () => {
    const message =
      'Unexpected type at field "ports[0].internal": \n           expected number type, got "80"';
    expect(readLog({ severity: "warning", urn, message })).toEqual({
      urn,
      severity: "warning",
      input: ["ports", 0, "internal"],
      reason: 'expected number type, got "80"',
    });
  });

  it("is nothing when it only stands around others", () => {
    expect(readLog({ severity: "warning", urn, message: "Type checking failed: " })).toBeUndefined();
    const advice = "Type checking is still experimental. If you believe that a warning is incorrect,\nplease";
    expect(readLog({ severity: "warning", urn, message: advice })).toBeUndefined();
  });
});

describe("a path below inputs", () => {
  it.each([
    ["settings[0].tier", ["settings", 0, "tier"]],
    ["ports.0.internal", ["ports", 0, "internal"]],
    ['labels["a.b"].c', ["labels", "a.b", "c"]],
    ['labels["say \\"x\\""]', ["labels", 'say "x"']],
    ["", []],
  ])("%s is read", (text, path) => {
    expect(parseInput(text)).toEqual(path);
  });

  it("is written as it is read", () => {
    const path = ["labels", "a.b", 0, "c"];
    expect(formatInput(path)).toBe('labels["a.b"][0].c');
    expect(parseInput(formatInput(path))).toEqual(path);
  });
});

describe("secrets", () => {
  it("do not stand in what a provider made of them", () => {
    const hidden = hiding([
      { password: hide("hunter22"), nested: [{ env: hide(["KEY=abcdefgh", "ab"]) }], plain: "visible" },
    ]);
    expect(hidden("bad hunter22, KEY=abcdefgh, ab, visible")).toBe("bad [secret], [secret], ab, visible");
  });

  it("are hidden whole when one contains another", () => {
    const hidden = hiding([{ a: hide("secret1"), b: hide("secret12345") }]);
    expect(hidden("secret12345")).toBe("[secret]");
  });
});
