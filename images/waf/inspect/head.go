package inspect

import "strings"

type header struct{ name, value string }
type headerList []header

func parseHeaders(raw string) headerList {
	var list headerList
	for line := range strings.SplitSeq(raw, "\n") {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r"), ":")
		if ok {
			list = append(list, header{strings.ToLower(name), strings.TrimSpace(value)})
		}
	}
	return list
}

func (l headerList) get(name string) string {
	for _, h := range l {
		if h.name == name {
			return h.value
		}
	}
	return ""
}

// ordinary headers are looked at by the rule set itself, or have a form that no application reads as data.
func ordinary(name string) bool {
	for _, prefix := range []string{"accept", "content-", "if-", "sec-", "access-control-", "x-forwarded-", "x-b3-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "host", "connection", "user-agent", "referer", "origin", "cookie", "authorization", "cache-control", "pragma",
		"te", "trailer", "transfer-encoding", "upgrade", "upgrade-insecure-requests", "range", "date", "dnt", "priority",
		"expect", "via", "forwarded", "x-real-ip", "x-request-id", "x-requested-with", "traceparent", "tracestate",
		"baggage", "x-csrf-token", "x-xsrf-token", "x-api-key", "last-event-id", "keep-alive":
		return true
	}
	return false
}

func cookies(raw string) []argument {
	var list []argument
	for part := range strings.SplitSeq(raw, ";") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if ok {
			list = append(list, argument{name, value})
		}
	}
	return list
}
