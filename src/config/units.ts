/** Quantities with their unit in the type. A value is parsed once, at the edge of the program (parse.ts),
 * and is a plain number from then on that cannot be mixed up with one of another unit.
 */

declare const unit: unique symbol;
type Quantity<U extends string> = number & { readonly [unit]: U };

/** A size in bytes. Written `512Mi`, `2Gi`, `10Gi`. */
export type Bytes = Quantity<"bytes">;
/** Processor time in cores. Written `0.5`, `2`, `250m`. */
export type Cpu = Quantity<"cores">;
/** A length of time in milliseconds. Written `500ms`, `10s`, `5m`, `24h`, `14d`. */
export type Duration = Quantity<"milliseconds">;
/** A share between 0 and 1. Written `70%`. */
export type Percent = Quantity<"share">;
/** Events per minute. Written `1000`, `1000/min`, `20/s`. */
export type PerMinute = Quantity<"per minute">;
/** US dollars. Written `300`, `$300`. */
export type Dollars = Quantity<"dollars">;

export const bytes = (n: number) => n as Bytes;
export const mebibytes = (n: number) => bytes(n * 1024 ** 2);
export const gibibytes = (n: number) => bytes(n * 1024 ** 3);
export const cores = (n: number) => n as Cpu;
export const milliseconds = (n: number) => n as Duration;
export const seconds = (n: number) => milliseconds(n * 1000);
export const minutes = (n: number) => seconds(n * 60);
export const hours = (n: number) => minutes(n * 60);
export const days = (n: number) => hours(n * 24);
export const percent = (n: number) => (n / 100) as Percent;
export const perMinute = (n: number) => n as PerMinute;
export const dollars = (n: number) => n as Dollars;

export const inMebibytes = (size: Bytes) => Math.round(size / 1024 ** 2);
export const inSeconds = (time: Duration) => time / 1000;
