package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"atelier/waf/inspect"
)

// report keeps the figures and writes one JSON line per attack. Values of a request are never written: they may be
// passwords. The request id leads to the access log.
type report struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	attacks  *prometheus.CounterVec
	duration prometheus.Histogram

	write sync.Mutex
	lines *json.Encoder
}

func newReport(out io.Writer) *report {
	r := &report{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waf_requests_total", Help: "Requests that were inspected, by what was decided.",
		}, []string{"action"}),
		attacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waf_attacks_total", Help: "Attacks that were recognised, by category; one request can be of several.",
		}, []string{"category"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "waf_inspection_seconds", Help: "Time that one inspection took.",
			Buckets: []float64{.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .5},
		}),
		lines: json.NewEncoder(out),
	}
	r.registry.MustRegister(r.requests, r.attacks, r.duration)
	for _, action := range []string{"pass", "block", "detect"} {
		r.requests.WithLabelValues(action)
	}
	return r
}

func (r *report) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(r.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return mux
}

type auditLine struct {
	Time      string          `json:"time"`
	Type      string          `json:"type"`
	RequestID string          `json:"requestId"`
	Client    string          `json:"client"`
	Method    string          `json:"method"`
	Path      string          `json:"path"`
	Action    string          `json:"action"`
	Matches   []inspect.Match `json:"matches"`
}

func (r *report) seen(request inspect.Request, verdict inspect.Verdict, action string, took time.Duration) {
	r.requests.WithLabelValues(action).Inc()
	r.duration.Observe(took.Seconds())
	if !verdict.Attack {
		return
	}
	categories := map[string]bool{}
	for _, m := range verdict.Matches {
		categories[m.Category] = true
	}
	for name := range categories {
		r.attacks.WithLabelValues(name).Inc()
	}
	path, _, _ := strings.Cut(request.URL, "?")
	r.log(auditLine{now(), "waf", request.ID, request.Client.String(), request.Method, path, action, verdict.Matches})
}

func (r *report) trouble(format string, args ...any) {
	r.log(map[string]string{"time": now(), "type": "waf-error", "message": fmt.Sprintf(format, args...)})
}

func (r *report) log(line any) {
	r.write.Lock()
	defer r.write.Unlock()
	r.lines.Encode(line)
}

func now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

// ruleList is what the access log shows: `942100,942190`.
func ruleList(matches []inspect.Match) string {
	var ids []string
	for _, m := range matches {
		id := strconv.Itoa(m.Rule)
		if len(ids) < 12 && (len(ids) == 0 || ids[len(ids)-1] != id) {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, ",")
}
