package inspect

import (
	"encoding/json"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
)

type sample struct {
	Name, Category, Where, Method, Path string
	Headers                             map[string]string
	Body                                string
}

// The corpus is shared with the comparison in bench/edge.
func corpus(t testing.TB, file string) []sample {
	t.Helper()
	text, err := os.ReadFile("../../../bench/edge/corpus/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var samples []sample
	if err := json.Unmarshal(text, &samples); err != nil {
		t.Fatal(err)
	}
	return samples
}

func (s sample) request() Request {
	headers := []string{"host: flashfit.example"}
	given := map[string]string{"user-agent": "Mozilla/5.0 (X11; Linux x86_64)", "accept": "*/*"}
	for name, value := range s.Headers {
		given[name] = value
	}
	if s.Body != "" {
		given["content-length"] = strconv.Itoa(len(s.Body))
	}
	for name, value := range given {
		headers = append(headers, name+": "+value)
	}
	return Request{
		ID: s.Name, Method: s.Method, URL: s.Path, Version: "1.1", Client: netip.MustParseAddr("203.0.113.7"),
		Headers: strings.Join(headers, "\r\n"), Body: []byte(s.Body), Size: int64(len(s.Body)),
	}
}

func testEngine(t testing.TB) *Engine {
	t.Helper()
	engine, err := New(Settings{Paranoia: 1})
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// The share of attacks that must be recognised.
const leastRecognised = 0.97

// Benign requests that level 1 refuses all the same; an application that sends such texts excludes the rules named
// in the audit line. Every other one must pass.
var knownRefusals = map[string]string{
	"search 14":     "two dashes after a number are taken for a comment by libinjection (942100)",
	"markdown code": "JavaScript in a text is taken for an attempt to run it (934100, 941390)",
}

func TestCorpus(t *testing.T) {
	engine := testEngine(t)
	attacks := corpus(t, "attacks.json")
	recognised := 0
	for _, s := range attacks {
		if engine.Inspect(s.request()).Attack {
			recognised++
		} else {
			t.Logf("missed: %s %s %q", s.Name, s.Path, s.Body)
		}
	}
	t.Logf("recognised %d of %d attacks", recognised, len(attacks))
	if share := float64(recognised) / float64(len(attacks)); share < leastRecognised {
		t.Errorf("recognised %.1f %% of attacks, want %.0f %%", 100*share, 100*leastRecognised)
	}
	for _, s := range corpus(t, "benign.json") {
		v := engine.Inspect(s.request())
		if _, known := knownRefusals[s.Name]; known != v.Attack {
			t.Errorf("benign %q: refused is %v: %+v", s.Name, v.Attack, v.Matches)
		}
	}
}

func BenchmarkInspect(b *testing.B) {
	engine := testEngine(b)
	for _, name := range []string{"search 1", "recommend 1", "base64 png"} {
		for _, s := range corpus(b, "benign.json") {
			if s.Name != name {
				continue
			}
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					engine.Inspect(s.request())
				}
			})
		}
	}
}
