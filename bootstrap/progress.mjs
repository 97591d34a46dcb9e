/** Progress of long work on a terminal: one line per step, with its time.
 *
 * On a terminal the running step is a line that redraws itself. Elsewhere a step that lasts longer than two
 * seconds is announced, then repeated every half minute, so that a log neither floods nor falls silent.
 */
const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

export function formatSeconds(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const rest = whole % 60;
  return `${Math.floor(whole / 60)} min${rest > 0 ? ` ${rest} s` : ""}`;
}

export function createProgress(
  stream = process.stdout,
  timing = { announceAfter: 2000, repeatEvery: 30_000 },
) {
  const live = Boolean(stream.isTTY) && process.env.TERM !== "dumb" && !process.env.CI;
  const write = (text) => stream.write(text);

  function note(text) {
    write(`  ${text}\n`);
  }

  async function step(title, work, { seconds } = {}) {
    const started = performance.now();
    const elapsed = () => (performance.now() - started) / 1000;
    const about = seconds === undefined ? "" : ` of about ${formatSeconds(seconds)}`;
    let detail = "";
    const running = () => `${title}  ${formatSeconds(elapsed())}${about}${detail ? `, ${detail}` : ""}`;
    const stopDrawing = live ? redraw(running) : announce(title, seconds, running);
    try {
      const result = await work((text) => {
        detail = text;
      });
      stopDrawing();
      write(`✓ ${title}  ${formatSeconds(elapsed())}\n`);
      return result;
    } catch (error) {
      stopDrawing();
      write(`✗ ${title}  ${formatSeconds(elapsed())}\n`);
      throw error;
    }
  }

  function redraw(running) {
    let frame = 0;
    const draw = () => {
      frame = (frame + 1) % frames.length;
      const line = `${frames[frame]} ${running()}`.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
      write(`\r\x1b[2K${line}`);
    };
    draw();
    const timer = setInterval(draw, 120);
    return () => {
      clearInterval(timer);
      write("\r\x1b[2K");
    };
  }

  function announce(title, seconds, running) {
    let repeat;
    const first = setTimeout(() => {
      write(`… ${title}${seconds === undefined ? "" : ` (about ${formatSeconds(seconds)})`}\n`);
      repeat = setInterval(() => write(`… ${running()}\n`), timing.repeatEvery);
    }, timing.announceAfter);
    return () => {
      clearTimeout(first);
      clearInterval(repeat);
    };
  }

  return { step, note, live };
}
