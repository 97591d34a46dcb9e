/** One line of JSON per event, from LOG_LEVEL upwards. */
const LEVELS = ["debug", "info", "warn", "error"];
const least = Math.max(0, LEVELS.indexOf(process.env.LOG_LEVEL ?? "info"));

export function log(level, message) {
  if (LEVELS.indexOf(level) < least) return;
  console.log(JSON.stringify({ level, service: "ai-assistant", message, at: new Date().toISOString() }));
}
