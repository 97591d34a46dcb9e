// Package inspect decides about requests with Coraza and the OWASP Core Rule Set.
package inspect

import (
	_ "embed"
	"fmt"
	"net/netip"
	"sort"
	"strings"

	coreruleset "github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/types"
)

//go:embed rules.conf
var ownRules string

// BodyLimit is more than HAProxy ever sends, also after decompression and repair.
const BodyLimit = 1 << 18

type Settings struct {
	// Paranoia is the rule set's level, 1 to 4.
	Paranoia int `json:"paranoia"`
	// Exclusions are ids of rules that are left out.
	Exclusions []int `json:"exclusions"`
}

// Request is what HAProxy tells about one request. Body is its beginning; Size is what the whole announces.
type Request struct {
	ID, Method, URL, Version string
	Client                   netip.Addr
	// Headers as they were received: one `name: value` per line.
	Headers string
	Body    []byte
	Size    int64
}

// Verdict says whether the request looks like an attack, and why.
type Verdict struct {
	Attack  bool
	Matches []Match
}

type Match struct {
	Rule     int    `json:"rule"`
	Category string `json:"category"`
	Message  string `json:"message"`
	// Where the value stood, for instance `ARGS:json.query`. The value itself is not repeated.
	Where string `json:"where"`
}

type Engine struct {
	waf coraza.WAF
}

func New(settings Settings) (*Engine, error) {
	config := coraza.NewWAFConfig().
		WithRootFS(coreruleset.FS).
		WithDirectives(directives(settings))
	waf, err := coraza.NewWAF(config)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return &Engine{waf}, nil
}

func directives(settings Settings) string {
	level := min(max(settings.Paranoia, 1), 4)
	lines := []string{
		"Include @coraza.conf-recommended",
		"SecRuleEngine On",
		"SecResponseBodyAccess Off",
		"SecAuditEngine Off",
		fmt.Sprintf("SecRequestBodyLimit %d", BodyLimit),
		fmt.Sprintf("SecRequestBodyInMemoryLimit %d", BodyLimit),
		"SecRequestBodyLimitAction ProcessPartial",
		"SecRequestBodyJsonDepthLimit 64",
		"SecRxPreFilter On",
		"Include @crs-setup.conf.example",
		fmt.Sprintf(`SecAction "id:9500000,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=%d,setvar:tx.detection_paranoia_level=%d"`, level, level),
		ownRules,
		"Include @owasp_crs/REQUEST-*.conf",
	}
	for _, id := range settings.Exclusions {
		lines = append(lines, fmt.Sprintf("SecRuleRemoveById %d", id))
	}
	return strings.Join(lines, "\n")
}

// Inspect is safe for concurrent use.
func (e *Engine) Inspect(r Request) Verdict {
	tx := e.waf.NewTransactionWithID(r.ID)
	defer tx.Close()
	headers := parseHeaders(r.Headers)
	tx.ProcessConnection(r.Client.String(), 0, "", 0)
	tx.ProcessURI(r.URL, r.Method, "HTTP/"+r.Version)
	for _, h := range headers {
		if h.name == "content-type" && strings.HasPrefix(h.value, "application/x-ndjson") {
			h.value = "application/json"
		}
		tx.AddRequestHeader(h.name, h.value)
	}
	tx.SetServerName(headers.get("host"))
	body := prepareBody(r, headers)
	for _, a := range hiddenArguments(r, headers, body) {
		tx.AddGetRequestArgument(a.name, a.value)
	}
	tx.ProcessRequestHeaders()
	if len(body) > 0 {
		tx.WriteRequestBody(body)
	}
	tx.ProcessRequestBody()
	return verdict(tx)
}

func verdict(tx types.Transaction) Verdict {
	v := Verdict{Attack: tx.IsInterrupted()}
	for _, m := range tx.MatchedRules() {
		if category := category(m.Rule()); category != "" {
			v.Matches = append(v.Matches, Match{m.Rule().ID(), category, m.Message(), where(m)})
		}
	}
	sort.SliceStable(v.Matches, func(i, j int) bool { return v.Matches[i].Rule < v.Matches[j].Rule })
	return v
}

// category is the rule set's own word for the attack: `sqli`, `xss`, `rce`. Rules that only add up have none.
func category(rule types.RuleMetadata) string {
	if rule.ID() >= 949000 && rule.ID() < 950000 {
		return ""
	}
	found := ""
	for _, tag := range rule.Tags() {
		if name, ok := strings.CutPrefix(tag, "attack-"); ok && name != "generic" {
			return name
		} else if ok {
			found = name
		}
	}
	if found == "" && (rule.ID() == 200002 || rule.ID() == 200003) {
		return "protocol"
	}
	return found
}

func where(m types.MatchedRule) string {
	for _, data := range m.MatchedDatas() {
		name := data.Variable().Name()
		if key := data.Key(); key != "" {
			return name + ":" + key
		}
		return name
	}
	return ""
}
