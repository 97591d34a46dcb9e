/** HAProxy's own exporter, 2.6 and later, as far as we use it, and what the edge counts by itself. */
import { counter, type Exporter, gauge } from "./declare.ts";

export const edge: Exporter = {
  atelier_edge_refused_total: counter("Requests that the edge answered by itself.", "reason"),
  atelier_edge_certificate_expiry_timestamp_seconds: gauge("When the certificate ends, in Unix time."),
  haproxy_process_current_connections: gauge("Open connections."),
  haproxy_process_ssl_connections_total: counter("TLS handshakes."),
  haproxy_process_start_time_seconds: gauge("When it started, in Unix time."),
  haproxy_frontend_current_sessions: gauge("Open sessions.", "proxy"),
  haproxy_frontend_bytes_in_total: counter("Bytes from clients.", "proxy"),
  haproxy_frontend_bytes_out_total: counter("Bytes to clients.", "proxy"),
  haproxy_frontend_http_requests_total: counter("Requests.", "proxy"),
  haproxy_frontend_http_responses_total: counter("Answers by class: 2xx, 4xx, …", "proxy", "code"),
  haproxy_frontend_requests_denied_total: counter("Requests refused at the edge.", "proxy"),
  haproxy_frontend_intercepted_requests_total: counter("Requests that a rule answered.", "proxy"),
  haproxy_frontend_http_cache_hits_total: counter("Answers from the edge's cache.", "proxy"),
  haproxy_frontend_http_cache_lookups_total: counter("Requests looked up in the edge's cache.", "proxy"),
  haproxy_backend_http_requests_total: counter("Requests to a backend.", "proxy"),
  haproxy_backend_http_responses_total: counter("Answers of a backend by class.", "proxy", "code"),
  haproxy_backend_requests_denied_total: counter("Requests refused at a backend.", "proxy"),
  haproxy_backend_response_time_average_seconds: gauge("Answer time, average of 1024 requests.", "proxy"),
  haproxy_backend_current_sessions: gauge("Open sessions to a backend.", "proxy"),
  haproxy_backend_current_queue: gauge("Requests that wait for a server.", "proxy"),
  haproxy_backend_active_servers: gauge("Servers that answer.", "proxy"),
  haproxy_backend_retry_warnings_total: counter("Requests tried again.", "proxy"),
  haproxy_backend_status: gauge("1 for the state that a backend is in.", "proxy", "state"),
  haproxy_sticktable_used: gauge("Entries of a rate limit table.", "name", "type"),
};
