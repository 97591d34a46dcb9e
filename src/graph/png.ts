/** The picture as PNG, drawn by resvg (WebAssembly, the same on every machine) with a font that comes along. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** Pixels of the PNG for one of the SVG. */
const SCALE = 2;
/** Wider or higher than this helps nobody and may not fit into memory. */
const MOST_PIXELS = 16_000;

const FONTS = ["400Regular/Arimo_400Regular.ttf", "700Bold/Arimo_700Bold.ttf"];

/** @param svg one that this folder drew: its width and height stand on its root
 * @returns the file's bytes; the same for the same SVG
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await open();
  const fontBuffers = await Promise.all(FONTS.map((file) => load(`@expo-google-fonts/arimo/${file}`)));
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scaleOf(svg) },
    font: { fontBuffers, defaultFontFamily: "Arimo", sansSerifFamily: "Arimo" },
  });
  const rendered = image.render();
  const png = rendered.asPng();
  rendered.free();
  image.free();
  return png;
}

function scaleOf(svg: string): number {
  const [, width = "1", height = "1"] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  return Math.min(SCALE, MOST_PIXELS / Math.max(Number(width), Number(height)));
}

type Module = typeof import("@resvg/resvg-wasm");
let opened: Promise<Module> | undefined;

/** The module may be initialised once in a process. */
function open(): Promise<Module> {
  opened ??= (async () => {
    const module = await import("@resvg/resvg-wasm");
    await module.initWasm(await load("@resvg/resvg-wasm/index_bg.wasm"));
    return module;
  })();
  return opened;
}

const { resolve } = createRequire(import.meta.url);
const load = async (file: string) => new Uint8Array(await readFile(resolve(file)));
