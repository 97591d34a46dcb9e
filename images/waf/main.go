// The WAF: HAProxy asks about each request over SPOP, Coraza answers with the OWASP Core Rule Set.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"atelier/waf/inspect"
	"atelier/waf/spop"
)

type settings struct {
	// Mode is `block` or `detect`; HAProxy acts on the answer.
	Mode string `json:"mode"`
	inspect.Settings
}

func main() {
	file := flag.String("config", "/run/config/waf.json", "settings")
	agent := flag.String("agent", ":9000", "address for HAProxy")
	metrics := flag.String("metrics", ":9101", "address for health and metrics")
	flag.Parse()
	if err := run(*file, *agent, *metrics); err != nil {
		fmt.Fprintln(os.Stderr, "waf:", err)
		os.Exit(1)
	}
}

func run(file, agent, metrics string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	config, err := parseSettings(text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	// Parts of an upload are put down while they are looked at. Other than /tmp, this place is writable in every
	// container also after a restart: Docker's tmpfs takes the mode of a folder that it made itself before.
	if err := os.Setenv("TMPDIR", "/dev/shm"); err != nil {
		return err
	}
	engine, err := inspect.New(config.Settings)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", agent)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	report := newReport(os.Stdout)
	go http.ListenAndServe(metrics, report.handler())
	server := &spop.Server{
		// HAProxy finds a successor by DNS and by its first health check; until then this agent may be the only one
		// that it knows. With the farewell it stays below the five seconds of a short stop grace.
		Linger:   2 * time.Second,
		Parallel: 4 * runtime.GOMAXPROCS(0),
		Handle:   func(m spop.Message) spop.Variables { return answer(engine, config.Mode, report, m) },
		Errorf:   report.trouble,
	}
	return server.Serve(ctx, listener)
}

func parseSettings(text []byte) (settings, error) {
	config := settings{Mode: "block", Settings: inspect.Settings{Paranoia: 1}}
	if err := json.Unmarshal(text, &config); err != nil {
		return config, err
	}
	if config.Mode != "block" && config.Mode != "detect" {
		return config, fmt.Errorf("mode: %q is not known; allowed: block, detect", config.Mode)
	}
	if config.Paranoia < 1 || config.Paranoia > 4 {
		return config, fmt.Errorf("paranoia: %d is not a level; allowed: 1 to 4", config.Paranoia)
	}
	return config, nil
}

func answer(engine *inspect.Engine, mode string, report *report, m spop.Message) spop.Variables {
	started := time.Now()
	request := requestOf(m.Args)
	verdict := engine.Inspect(request)
	action := "pass"
	if verdict.Attack {
		action = mode
	}
	report.seen(request, verdict, action, time.Since(started))
	variables := spop.Variables{"action": action}
	if verdict.Attack {
		variables["rules"] = ruleList(verdict.Matches)
	}
	return variables
}

func requestOf(args map[string]any) inspect.Request {
	text := func(name string) string { value, _ := args[name].(string); return value }
	client, _ := args["client"].(netip.Addr)
	body, _ := args["body"].([]byte)
	size, ok := args["size"].(int64)
	if unsigned, is := args["size"].(uint64); is {
		size, ok = int64(unsigned), true
	}
	if !ok {
		size = int64(len(body))
	}
	return inspect.Request{
		ID: text("id"), Method: text("method"), URL: text("url"), Version: text("version"),
		Headers: text("headers"), Client: client, Body: body, Size: size,
	}
}
