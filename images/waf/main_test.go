package main

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"atelier/waf/inspect"
	"atelier/waf/spop"
)

func TestSettings(t *testing.T) {
	config, err := parseSettings([]byte(`{"mode":"detect","paranoia":2,"exclusions":[942100,941390]}`))
	if err != nil || config.Mode != "detect" || config.Paranoia != 2 || len(config.Exclusions) != 2 {
		t.Errorf("%+v %v", config, err)
	}
	for text, want := range map[string]string{
		`{"mode":"on"}`:    `mode: "on" is not known; allowed: block, detect`,
		`{"paranoia":9}`:   "paranoia: 9 is not a level; allowed: 1 to 4",
		`{"exclusions":1}`: "exclusions",
	} {
		if _, err := parseSettings([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAnswer(t *testing.T) {
	engine, err := inspect.New(inspect.Settings{Paranoia: 1})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	report := newReport(&log)
	message := func(url string) spop.Message {
		return spop.Message{Name: "request", Args: map[string]any{
			"id": "request-1", "method": "GET", "url": url, "version": "1.1", "client": netip.MustParseAddr("192.0.2.1"),
			"headers": "host: a.example\r\nuser-agent: x\r\naccept: */*\r\n", "body": []byte{}, "size": int64(0),
		}}
	}
	if v := answer(engine, "block", report, message("/?q=shoes")); v["action"] != "pass" || log.Len() > 0 {
		t.Errorf("%v %s", v, log.String())
	}
	attack := message("/api?token=secret&q=%27%20UNION%20SELECT%20password%20FROM%20users--")
	if v := answer(engine, "block", report, attack); v["action"] != "block" || !strings.Contains(v["rules"].(string), "942100") {
		t.Errorf("%v", v)
	}
	if v := answer(engine, "detect", report, attack); v["action"] != "detect" {
		t.Errorf("%v", v)
	}
	var line auditLine
	if err := json.NewDecoder(&log).Decode(&line); err != nil {
		t.Fatal(err)
	}
	if line.RequestID != "request-1" || line.Path != "/api" || line.Action != "block" || line.Client != "192.0.2.1" {
		t.Errorf("%+v", line)
	}
	if _, err := time.Parse(time.RFC3339, line.Time); err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "secret") {
		t.Error("the audit line repeats a value of the request")
	}
	metrics := httptest.NewRecorder()
	report.handler().ServeHTTP(metrics, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`waf_requests_total{action="block"} 1`, `waf_requests_total{action="pass"} 1`, `waf_attacks_total{category="sqli"} 2`, "waf_inspection_seconds_count 3"} {
		if !strings.Contains(metrics.Body.String(), want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}
