/** Whether a deployment really came up: its front page through the door. */
import { request } from "node:https";

/** @throws Error when the address does not answer 200 within ten seconds. */
export async function mustAnswer(url: string): Promise<void> {
  const end = Date.now() + 10_000;
  let status = 0;
  while (Date.now() < end) {
    status = await statusOf(url).catch(() => 0);
    if (status === 200) return;
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error(`${url} ${status ? `answers ${status}` : "does not answer"}; it should answer 200.`);
}

/** The certificate is the deployment's own, and another test's business. */
function statusOf(url: string): Promise<number> {
  const options = { rejectUnauthorized: false, servername: "localhost", headers: { host: "localhost" } };
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, agent: false, timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.on("error", reject);
    sent.end();
  });
}
