/** A name server for one name, whose addresses a test changes as it likes. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const A = 1;
const HEADER = 12;
/** Responses to a recursive question: without error, and "no such name". */
const ANSWERED = 0x8180;
const UNKNOWN = 0x8183;
/** "The name of the question": a pointer to byte 12. */
const SAME_NAME = [0xc0, HEADER];

export class Names {
  /** IPv4 addresses that every name has; there is no such name while it has none. */
  addresses: readonly string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (question, { port, address }) =>
      socket.send(answer(question, this.addresses), port, address),
    );
  }

  static async open(): Promise<Names> {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new Names(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }
}

function answer(question: Buffer, addresses: readonly string[]): Buffer {
  const end = question.indexOf(0, HEADER) + 5;
  const known = question.readUInt16BE(end - 4) === A ? addresses : [];
  const header = Buffer.alloc(HEADER);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(addresses.length > 0 ? ANSWERED : UNKNOWN, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(known.length, 6);
  return Buffer.concat([header, question.subarray(HEADER, end), ...known.map(record)]);
}

/** Type A, class IN, to be asked again at once, four bytes. */
const record = (address: string) =>
  Buffer.from([...SAME_NAME, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]);
