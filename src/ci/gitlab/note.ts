/** One note per merge request and stack: found by its marker, updated, not added.
 *
 * A job's own token may not write notes, so this takes a project access token (role Reporter, scope api) as the masked
 * variable ATELIER_NOTE_TOKEN; without it the plan is in the job's log and behind the link that GitLab shows.
 */
export const NOTE = `cat > note.mjs <<'NOTE'
import { readFileSync } from "node:fs";
const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, ATELIER_NOTE_TOKEN, MARKER } = process.env;
const notes = \`\${CI_API_V4_URL}/projects/\${CI_PROJECT_ID}/merge_requests/\${CI_MERGE_REQUEST_IID}/notes\`;
async function ask(url, method = "GET", body = undefined) {
  const headers = { "PRIVATE-TOKEN": ATELIER_NOTE_TOKEN, "Content-Type": "application/json" };
  const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify({ body }) }) });
  if (!answer.ok) throw new Error(\`\${method} \${url}: \${answer.status} \${await answer.text()}\`);
  return answer;
}
const me = (await (await ask(\`\${CI_API_V4_URL}/user\`)).json()).id;
let found, page = "1";
while (page && !found) {
  const answer = await ask(\`\${notes}?per_page=100&page=\${page}\`);
  found = (await answer.json()).find(({ author, body }) => author.id === me && body.startsWith(MARKER));
  page = answer.headers.get("x-next-page");
}
// A note has room for a million characters.
const body = \`\${MARKER}\\n\${readFileSync("atelier-plan/plan.md", "utf8").slice(0, 900_000)}\`;
await (found ? ask(\`\${notes}/\${found.id}\`, "PUT", body) : ask(notes, "POST", body));
NOTE
node note.mjs
`;
