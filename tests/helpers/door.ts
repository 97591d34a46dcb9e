/** A client of an app's door on this machine. That its certificate is self-signed is another test's business. */
import { request } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface DoorRequest {
  readonly port: number;
  readonly path: string;
  readonly method: string;
  /** Name that the client asks for in the handshake. */
  readonly servername: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request over a connection of its own. */
export function askDoor({ body, ...options }: DoorRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { ...options, host: "127.0.0.1", rejectUnauthorized: false, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The answer's JSON. Rejects with status and text when the door or the app refuses. */
export async function jsonOf<T>(path: string, asked: Promise<Answer>): Promise<T> {
  const answer = await asked;
  if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}
