/** Errors as Firestore has them: one code for gRPC, one for HTTP. */
const CODES = {
  INVALID_ARGUMENT: [3, 400],
  NOT_FOUND: [5, 404],
  ALREADY_EXISTS: [6, 409],
  FAILED_PRECONDITION: [9, 400],
  ABORTED: [10, 409],
  UNIMPLEMENTED: [12, 501],
  INTERNAL: [13, 500],
};

export class Status extends Error {
  /** @param {keyof typeof CODES} name */
  constructor(name, message) {
    super(message);
    this.status = name;
    [this.grpc, this.http] = CODES[name];
  }
}

export const invalid = (message) => new Status("INVALID_ARGUMENT", message);
export const unimplemented = (what) => new Status("UNIMPLEMENTED", `${what} is not in this emulator`);
