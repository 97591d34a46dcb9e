/** Loaded into programs when ATELIER_DEBUG=1: brings back the stack traces that Pulumi.yaml turns off. */
import util from "node:util";

Error.stackTraceLimit = 50;

/** Pulumi's source maps name files like node_modules/@pulumi/resource.ts. Node 22 looks for the end of the package's
 * name there until its memory is full, but only when it colours a stack trace (docs/cursed-knowledge.md).
 */
const inspect = util.inspect;

function inspectPlain(value, options, ...rest) {
  const plain = options && typeof options === "object" ? { ...options, colors: false } : options;
  return inspect(value, plain, ...rest);
}

util.inspect = Object.defineProperties(inspectPlain, Object.getOwnPropertyDescriptors(inspect));
