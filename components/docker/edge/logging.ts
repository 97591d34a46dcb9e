/** The access log: one JSON object per request on standard output, and the id that ties it to other logs. */

/** A request id of the caller is kept when it looks like one; otherwise the edge makes one. */
export function requestId(): string[] {
  return [
    "http-request set-var(txn.id) req.hdr(x-request-id) if { req.hdr_cnt(x-request-id) eq 1 } { req.hdr(x-request-id) -m reg ^[A-Za-z0-9._-]{8,64}$ }",
    "http-request set-var(txn.id) uuid() if !{ var(txn.id) -m found }",
    "http-request set-header X-Request-Id %[var(txn.id)]",
    "http-after-response set-header X-Request-Id %[var(txn.id)]",
  ];
}

/** Values that are gone by the time the line is written. The query is left out: it may carry tokens. */
export function remember(): string[] {
  return [
    keep("log_host", "req.hdr(host)", 255),
    keep("log_path", "path", 1024),
    keep("log_agent", "req.hdr(user-agent)", 256),
    keep("log_method", "method", 16),
  ];
}

/** Cut to a length that leaves the line whole: a log line that is too long would end in the middle of its JSON. */
function keep(name: string, value: string, most: number): string {
  return `http-request set-var(txn.${name}) '${value},regsub(^.{${most}}\\K.*,),json(utf8s)'`;
}

const FIELDS: Readonly<Record<string, string>> = {
  time: '"%[date,utime(%Y-%m-%dT%H:%M:%SZ)]"',
  type: '"access"',
  requestId: '"%[var(txn.id)]"',
  client: '"%ci"',
  method: '"%[var(txn.log_method)]"',
  host: '"%[var(txn.log_host)]"',
  path: '"%[var(txn.log_path)]"',
  version: '"%[var(txn.version)]"',
  status: "%ST",
  bytes: "%B",
  route: '"%[var(txn.route_path)]"',
  backend: '"%b"',
  server: '"%s"',
  refused: '"%[var(txn.refused)]"',
  waf: '"%[var(txn.waf.action)]"',
  wafRules: '"%[var(txn.waf.rules)]"',
  wafError: '"%[var(txn.waf.error)]"',
  userAgent: '"%[var(txn.log_agent)]"',
  tls: '"%sslv"',
  state: '"%tsc"',
  retries: '"%rc"',
  msRequest: "%TR",
  msQueue: "%Tw",
  msConnect: "%Tc",
  msResponse: "%Tr",
  msTotal: "%Ta",
};

export function logFormat(): string {
  const body = Object.entries(FIELDS).map(([key, value]) => `"${key}":${value}`);
  return `log-format '{${body.join(",")}}'`;
}
